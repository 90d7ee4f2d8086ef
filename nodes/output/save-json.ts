import { defineNode, jsonOf, param, port, safePath, throwIfAborted, withExtension } from '../sdk/index.ts';

/** Number of characters to collect before a write. */
const CHUNK = 1 << 16;

/** Joins pieces of text to UTF-8 chunks that are large enough for a write; stops when the signal fires. */
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
    'Writes any result to a JSON file for other programs, such as matches with their scores, categories or vectors.',
  keywords: ['export', 'write', 'file', 'data', 'results', 'output', 'download'],
  inputs: { value: port.any({ help: 'The result to save.' }) },
  params: {
    name: param.fileName({
      default: 'result.json',
      title: 'File name',
      help: 'Name of the file in the output folder.',
      required: true,
      maxLength: 500,
    }),
  },
  outputs: { view: port.view({ help: 'The place and size of the file.', title: 'File' }) },
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
  translations: {
    zh: {
      title: '保存 JSON',
      description: '把任何结果写入供其他程序使用的 JSON 文件，例如带得分的匹配结果、类别或向量。',
      inputs: {
        value: { title: '值', help: '要保存的结果。' },
      },
      params: {
        name: { title: '文件名', help: '输出文件夹中文件的名称。' },
      },
      outputs: {
        view: { title: '文件', help: '文件的位置和大小。' },
      },
    },
  },
});
