import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shownFiles } from '../readme.ts';
import { patchbay, root, scratch } from './cli.ts';

/** A project with Patchbay installed and a folder of nodes. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = scratch('project');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'patchbay'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'nodes', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'nodes', path), text);
  }
  return join(folder, 'nodes');
}

const script = shownFiles('nodes/sdk/README.md')
  .get('nodes/compare/threshold.ts')!
  .replace('../sdk/index.ts', 'patchbay/sdk');

describe('a folder of nodes that cannot be used is told in a sentence, with the file', () => {
  test.each([
    [
      'that is not there',
      () => join(scratch('none'), 'missing'),
      /^The folder of nodes .*missing.* could not be read\. Check PATCHBAY_NODES\.$/m,
    ],
    [
      'with a file that is no node',
      () => project({ 'a/b.js': 'export default 1;' }),
      /b\.js does not define a node\./,
    ],
    [
      'with a file that does not load',
      () => project({ 'a/b.js': 'import "nowhere-at-all";' }),
      /b\.js could not be loaded: /,
    ],
    [
      'with a type that ships',
      () => project({ 'compare/top-k.js': script }),
      /Two node files have the type "compare\/top-k"/,
    ],
  ])('%s', async (_, folder, sentence) => {
    const { code, stderr, stdout } = await patchbay(['nodes'], { env: { PATCHBAY_NODES: folder() } });
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('unexpected error');
    expect(stdout, 'the other nodes are listed').toContain('compare/top-k');
  });
});
