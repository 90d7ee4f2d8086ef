import {
  defineNode,
  type Item,
  knownOf,
  PatchbayError,
  param,
  port,
  readEmbeddingMetadata,
  type Space,
} from '../sdk/index.ts';

/** The space of vectors from a file that does not say: the caller's name for it, or the file itself. */
function foreignSpace(name: string, hash: string, dims: number): Space {
  return {
    encoder: name === '' ? `file:${hash}` : `named:${name}`,
    title: name === '' ? `vectors of a file (${hash.slice(0, 8)})` : name,
    layer: 'embedding',
    projection: 'none',
    pooling: 'model',
    tower: 'image',
    dims,
    normalized: false,
  };
}

/** A vector that is none spoils every comparison it takes part in. @throws PatchbayError `embeddings.not-finite` */
function requireFinite(path: string, data: Float32Array, dims: number): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  const got = String(data[at]);
  throw new PatchbayError({
    code: 'embeddings.not-finite',
    message: `Row ${Math.floor(at / dims) + 1} of ${path} holds ${Number.isNaN(data[at]) ? 'what is no number (NaN)' : 'an infinite number'}, which nothing can be compared with. Leave such rows out and save the file again.`,
    param: 'path',
    expected: 'finite numbers',
    got,
  });
}

export default defineNode({
  title: 'Load embeddings',
  description:
    'Reads vectors from a .npy or .safetensors file. Files saved here know their pictures and their encoder; others can be given both.',
  keywords: ['open', 'import', 'npy', 'numpy', 'safetensors', 'vectors', 'features', 'file', 'input'],
  inputs: {
    images: port.images({
      help: 'The pictures the vectors belong to, in the same order, for a file that does not name them.',
      required: false,
    }),
  },
  params: {
    path: param.file({
      help: 'The file: a matrix with one row a vector.',
      title: 'File',
      placeholder: 'embeddings.npy',
      required: true,
    }),
    space: param.text({
      help: 'Name of the encoder, for a file that does not say. Vectors of files with the same name can be compared.',
      title: 'Made by',
      placeholder: 'my encoder',
      maxLength: 500,
      advanced: true,
    }),
  },
  outputs: { embeddings: port.embeddings({ help: 'The vectors, in the order of the file.' }) },
  resource: 'io',
  fingerprint: ({ path }, ctx) => ctx.files.fingerprint(path),
  infer: ({ inputs }) => ({ embeddings: { type: 'embeddings', count: knownOf(inputs, 'images').count } }),
  run: async ({ inputs: { images }, params: { path, space }, ctx }) => {
    const { tensor, metadata, hash } = await ctx.files.readMatrix(path);
    const [rows = 0, dims = 0] = tensor.dims;
    requireFinite(path, tensor.data, dims);
    const own = readEmbeddingMetadata(metadata, rows);
    if (images && images.items.length !== rows)
      throw new PatchbayError({
        code: 'embeddings.count',
        message: `${path} has ${rows} vectors, but ${images.items.length} pictures are connected. Connect the very pictures they were made of, or none.`,
        port: 'images',
        expected: String(rows),
        got: String(images.items.length),
      });
    const numbered = (): Item[] =>
      Array.from({ length: rows }, (_, row) => ({ kind: 'text', text: `Row ${row + 1}` }));
    return {
      embeddings: {
        kind: 'embeddings',
        tensor: ctx.ops.tensor(tensor),
        items: images?.items ?? own.items ?? numbered(),
        skipped: images?.skipped ?? [],
        // A space of another width is no description of these vectors.
        space:
          own.space && (own.space.dims ?? dims) === dims ? own.space : foreignSpace(space.trim(), hash, dims),
      },
    };
  },
});
