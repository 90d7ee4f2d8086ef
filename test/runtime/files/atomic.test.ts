import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFileAtomic } from '../../../server/runtime/files/atomic.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half of ');
  throw new Error('the source broke');
}

it('a file is written whole, with its folders', async () => {
  const path = join(folder, 'a/b/c.txt');
  expect(await writeFileAtomic(path, [Buffer.from('one '), Buffer.from('two')])).toBe(7);
  expect(readFileSync(path, 'utf8')).toBe('one two');
});

it('a write that fails leaves the old file and nothing else', async () => {
  const path = join(folder, 'kept/file.txt');
  await writeFileAtomic(path, Buffer.from('old'));
  await expect(writeFileAtomic(path, failing())).rejects.toThrow('the source broke');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(join(folder, 'kept'))).toEqual(['file.txt']);
});

it('a failed rename leaves no temporary file', async () => {
  mkdirSync(join(folder, 'taken/name'), { recursive: true });
  writeFileSync(join(folder, 'taken/name/inside'), '');
  await expect(writeFileAtomic(join(folder, 'taken/name'), Buffer.from('x'))).rejects.toThrow();
  expect(readdirSync(join(folder, 'taken'))).toEqual(['name']);
});

it('when many write one file, one of them wins completely', async () => {
  const path = join(folder, 'race/file');
  const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
  await Promise.all(texts.map((text) => writeFileAtomic(path, Buffer.from(text))));
  expect(texts).toContain(readFileSync(path, 'utf8'));
  expect(readdirSync(join(folder, 'race'))).toEqual(['file']);
});
