import { defineNode, embeddingMetadata, param, port, safePath, withExtension } from '../sdk/index.ts';

export default defineNode({
  title: 'Save embeddings',
  description:
    'Writes vectors to a file that NumPy or any machine learning tool reads. The names of the items and where the vectors come from are kept with them.',
  keywords: [
    'export',
    'write',
    'npy',
    'numpy',
    'safetensors',
    'vectors',
    'features',
    'file',
    'output',
    'download',
  ],
  inputs: { embeddings: port.embeddings({ help: 'The vectors to save.' }) },
  params: {
    name: param.fileName({
      default: 'embeddings',
      title: 'File name',
      help: 'Name of the file to write in the output folder.',
      required: true,
      maxLength: 500,
    }),
    format: param.choice({
      default: 'safetensors',
      choices: { safetensors: 'Safetensors', npy: 'NumPy (.npy)' },
      help: 'Safetensors keeps names inside the file; NumPy gets a .json file beside it.',
    }),
  },
  outputs: { view: port.view({ help: 'Where the file is, and how large.', title: 'File' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ name, format }) => {
    const file = safePath(withExtension(name, `.${format}`));
    return format === 'npy' ? [file, `${file}.json`] : [file];
  },
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { embeddings }, params: { name, format }, ctx }) => {
    const metadata = embeddingMetadata(embeddings);
    if (metadata.items === undefined)
      ctx.warn(
        `${embeddings.items.length} names are too long for the file, so it holds the vectors without them. Save the list of pictures with Save CSV.`,
      );
    const file = safePath(withExtension(name, `.${format}`));
    const { path, bytes } = await ctx.files.writeMatrix(file, format, embeddings.tensor, metadata);
    if (format === 'safetensors') return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
    const names = new TextEncoder().encode(`${JSON.stringify(metadata)}\n`);
    const beside = await ctx.files.write(`${file}.json`, names);
    return { view: { kind: 'view', view: 'file', path, bytes: bytes + beside.bytes, files: 2 } };
  },
});
