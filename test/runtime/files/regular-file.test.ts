import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  hashRegular,
  NOT_REGULAR,
  openRegular,
  openRegularSync,
  readRegular,
  readRegularSync,
} from '../../../server/runtime/files/regular-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const pipe = join(folder, 'pipe');
execFileSync('mkfifo', [pipe]);
symlinkSync(pipe, join(folder, 'link'));
mkdirSync(join(folder, 'sub'));
const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256));
writeFileSync(join(folder, 'file'), bytes);

describe('a regular file', () => {
  it('is read whole, at once or in parts', async () => {
    const path = join(folder, 'file');
    expect(await readRegular(path)).toEqual(bytes);
    expect(readRegularSync(path)).toEqual(bytes);
    expect(await hashRegular(path)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('is read to its end where its size is said to be 0', () => {
    expect(readRegularSync('/proc/version', 'utf8')).toBe(readFileSync('/proc/version', 'utf8'));
  });
});

describe.each(['pipe', 'link', 'sub', '/dev/zero'])('%s', (name) => {
  const path = name.startsWith('/') ? name : join(folder, name);
  it('is refused at once and never read', async () => {
    await expect(openRegular(path)).rejects.toMatchObject({ code: NOT_REGULAR });
    await expect(readRegular(path)).rejects.toMatchObject({ code: NOT_REGULAR });
    await expect(hashRegular(path)).rejects.toMatchObject({ code: NOT_REGULAR });
    expect(() => openRegularSync(path)).toThrow(NOT_REGULAR);
    expect(() => readRegularSync(path)).toThrow(NOT_REGULAR);
  });
});
