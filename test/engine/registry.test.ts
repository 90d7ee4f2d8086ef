import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistry } from '../../server/engine/registry.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import { kit, nodes } from './kit.ts';

test('a registry knows its types, sorted, and their descriptors as plain JSON', () => {
  const { registry } = kit();
  expect(registry.types()).toEqual(registry.types().toSorted());
  const descriptors = registry.descriptors();
  expect(descriptors.map(({ type }) => type)).toEqual(registry.types());
  expect(JSON.parse(JSON.stringify(descriptors))).toEqual(descriptors);
});

test('two definitions of one type are refused', () => {
  const { say } = nodes(new Map());
  const twice = [
    ['a/say', say],
    ['a/say', say],
  ] as const;
  expect(() => createRegistry(twice)).toThrow('Two node definitions have the type "a/say".');
});

test('the right name in a wrong category is what was meant', () => {
  const { say, add } = nodes(new Map());
  const registry = createRegistry([
    ['compare/top-k', say],
    ['compare/add', add],
  ]);
  expect(registry.nearest('rank/top-k')).toBe('compare/top-k');
  expect(registry.nearest('compare/topk')).toBe('compare/top-k');
  expect(registry.nearest('something/else')).toBeUndefined();
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-nodes-'));
});
afterAll(() => rm(folder, { recursive: true }));

const definition = `export default { title: 'T', description: 'D.', inputs: {}, params: {}, outputs: {}, run: () => ({}) };`;

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

test('every file of a category is a node; the sdk, declarations and maps are not', async () => {
  await write('package.json', '{"type":"module"}');
  await write('good/one.js', definition);
  await write('good/one.d.ts', 'export default {};');
  await write('good/one.js.map', '{}');
  await write('sdk/index.js', 'export {};');
  const registry = await loadNodes(pathToFileURL(`${folder}/`));
  expect(registry.types()).toEqual(['good/one']);
  expect(registry.descriptors()).toMatchObject([{ type: 'good/one', category: 'good', title: 'T' }]);
});

test('a file without a node definition is named, and the other nodes work', async () => {
  await write('worse/two.js', 'export const two = 2;');
  const registry = await loadNodes(pathToFileURL(`${folder}/`));
  expect(registry.types()).toEqual(['good/one']);
  expect(registry.faults.map(({ type, message }) => [type, message.message])).toEqual([
    [
      'worse/two',
      expect.stringContaining(
        'worse/two.js does not define a node. Its default export must be the result of defineNode.',
      ),
    ],
  ]);
});

test('the nodes that ship are found, and each says what it is', async () => {
  const registry = await loadNodes();
  expect(registry.types()).toContain('compare/top-k');
  for (const { type, category, title, description } of registry.descriptors()) {
    expect(type.startsWith(`${category}/`)).toBe(true);
    expect(title).toMatch(/^[A-Z]/);
    expect(description).toMatch(/\.$/);
  }
});
