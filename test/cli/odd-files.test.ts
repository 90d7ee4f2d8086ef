import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const scratch = () => mkdtempSync(join(tmpdir(), 'patchbay-odd-'));

/** What the command line says about odd files, with its exit code. */
function patchbay(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/server/cli.js'), ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stderr };
}

const serve = (folder: string) => patchbay('serve', '--port', '0', '--data', folder);

test('a data folder that is a file, or below one, is refused in a sentence', () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, 'no folder');
  for (const folder of [file, join(file, 'below')]) {
    const { status, stderr } = serve(folder);
    expect(status).toBe(1);
    expect(stderr).toContain(`${file} is not a folder. Choose another data folder`);
  }
  expect(patchbay('doctor', '--data', file).stderr).toContain('is not a folder');
});

test('a data folder on a disk that is read-only is refused in a sentence', ({ skip }) => {
  const folder = scratch();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,ro', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    skip('no disk can be mounted here');
  }
  try {
    for (const path of [folder, join(folder, 'below')]) {
      const { status, stderr } = serve(path);
      expect(status).toBe(1);
      expect(stderr).toContain(`Patchbay cannot write to the data folder ${path}.`);
    }
  } finally {
    execFileSync('umount', ['-l', folder]);
  }
});

test.skipIf(process.platform === 'win32')(
  'a pipe or a device as a workflow is refused at once, and stdin is read',
  () => {
    const pipe = join(scratch(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const odd of [pipe, '/dev/zero']) {
      const { status, stderr } = patchbay('validate', odd);
      expect(status).toBe(2);
      expect(stderr).toContain(`${odd} is not a regular file.`);
      expect(stderr).toContain('write - for FILE');
    }
    const input = readFileSync(join(root, 'workflows/search-by-text.json'));
    const read = spawnSync(process.execPath, [join(root, 'dist/server/cli.js'), 'describe', '-'], { input });
    expect(read.status).toBe(0);
  },
);
