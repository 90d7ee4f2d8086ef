import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf } from '../../server/node-code.ts';
import { patchbay, root, scratch } from './cli.ts';

/** A node that says a word of its own, one of a file that it imports, and one of a file that it reads. */
const files = {
  'nodes/my/words.js': `import { readFileSync } from 'node:fs';
import { defineNode, param, port } from 'patchbay/sdk';
import { second } from './parts/second.js';
const third = readFileSync(new URL('./third.txt', import.meta.url), 'utf8').trim();
export default defineNode({
  title: 'Words',
  description: 'Says three words.',
  inputs: {},
  params: { times: param.integer({ default: 1, min: 1, max: 9, help: 'How often.' }) },
  outputs: { texts: port.texts({ help: 'The words.' }) },
  run: () => ({ texts: { kind: 'texts', items: [{ kind: 'text', text: ['one', second, third].join(' ') }] } }),
});
`,
  'nodes/my/parts/second.js': `export { second } from './deep.js';\n`,
  'nodes/my/parts/deep.js': `export const second = 'two';\n`,
  'nodes/my/third.txt': 'three\n',
};

function project() {
  const folder = scratch('project');
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'patchbay'), 'junction');
  write('package.json', '{ "type": "module" }');
  write(
    'words.json',
    JSON.stringify({
      format: 'patchbay',
      version: 1,
      nodes: [{ id: 'words', type: 'my/words' }],
      edges: [],
      outputs: [{ name: 'words', node: 'words', port: 'texts' }],
    }),
  );
  for (const [path, text] of Object.entries(files)) write(path, text);
  const data = scratch('data');
  const run = async () => {
    const env = { PATCHBAY_NODES: join(folder, 'nodes') };
    const { code, stderr, json } = await patchbay(['run', join(folder, 'words.json'), '--json'], {
      data,
      env,
    });
    expect(code, stderr).toBe(0);
    const { outputs, nodes } = json();
    return { text: outputs.words[0].text, cache: nodes.words?.cache };
  };
  return { folder, write, run };
}

test('an edited node runs again, and so does one whose files beside it were edited', async () => {
  const { write, run } = project();
  expect(await run()).toEqual({ text: 'one two three', cache: 'new' });
  expect(await run()).toEqual({ text: 'one two three', cache: 'disk' });
  write('nodes/my/words.js', files['nodes/my/words.js'].replace("'one'", "'ONE'"));
  expect((await run()).text).toBe('ONE two three');
  write('nodes/my/parts/deep.js', `export const second = 'TWO';\n`);
  expect((await run()).text).toBe('ONE TWO three');
  write('nodes/my/third.txt', 'THREE\n');
  expect((await run()).text).toBe('ONE TWO THREE');
  expect(await run()).toEqual({ text: 'ONE TWO THREE', cache: 'disk' });
});

test('the code of a node is the content of its files, not their times or place', () => {
  const [one, other] = [project(), project()];
  const code = (folder: string) => codeOf(join(folder, 'nodes/my/words.js'));
  expect(code(one.folder)).toBe(code(other.folder));
  other.write('nodes/my/unrelated.js', 'export const x = 1;\n');
  expect(code(one.folder)).toBe(code(other.folder));
  other.write('nodes/my/parts/deep.js', `export const second = 'other';\n`);
  expect(code(one.folder)).not.toBe(code(other.folder));
});

test('files that name each other in a circle are read once', () => {
  const { folder, write } = project();
  write('nodes/my/a.js', `import './b.js';\n`);
  write('nodes/my/b.js', `import './a.js';\n`);
  expect(codeOf(join(folder, 'nodes/my/a.js'))).toMatch(/^[\w-]{43}$/);
});
