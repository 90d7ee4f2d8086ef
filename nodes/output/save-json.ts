import { defineNode, jsonOf, param, port, safePath, throwIfAborted, withExtension } from '../sdk/index.ts';

/** Characters gathered before they are written. */
const CHUNK = 1 << 16;

/** Text pieces as UTF-8 chunks of a size worth a write; stops when the signal fires. */
async function* utf8(pieces: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting = '';
  for await (const piece of pieces) {
    waiting += piece;
    if (waiting.length < CHUNK) continue;
    throwIfAborted(signal);
    yield encoder.encode(waiting);
    waiting = '';
  }
  throwIfAborted(signal);
  yield encoder.encode(`${waiting}\n`);
}

export default defineNode({
  title: 'Save JSON',
  description:
    'Writes any result to a JSON file for other programs: matches with their scores, labels, vectors, anything.',
  keywords: ['export', 'write', 'file', 'data', 'results', 'output', 'download'],
  inputs: { value: port.any({ help: 'What to save.' }) },
  params: {
    name: param.fileName({
      default: 'result.json',
      title: 'File name',
      help: 'Name of the file to write in the output folder.',
      required: true,
      maxLength: 500,
    }),
  },
  outputs: { view: port.view({ help: 'Where the file is, and how large.', title: 'File' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ name }) => [safePath(withExtension(name, '.json'))],
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { value }, params: { name }, ctx }) => {
    const data = utf8(jsonOf(value, ctx.ops), ctx.signal);
    const { path, bytes } = await ctx.files.write(safePath(withExtension(name, '.json')), data);
    return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
  },
});
