import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAssetStore } from '../../../server/runtime/files/assets.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const assets = createAssetStore(folder);

it('bytes are stored once under their sha256', async () => {
  const { hash, size } = await assets.put(Buffer.from('abc'));
  expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  await assets.put(Buffer.from('abc'));
  expect(size).toBe(3);
  expect(Buffer.from(await assets.read(hash)).toString()).toBe('abc');
  expect(readdirSync(join(folder, 'ba'))).toEqual([hash]);
});

it.each(['../../etc/passwd', '', 'ABC', `${'a'.repeat(63)}/`])('%j names nothing', async (hash) => {
  await expect(assets.read(hash)).rejects.toMatchObject({ code: 'asset.invalid' });
});

it('a missing file fails with a sentence', async () => {
  await expect(assets.read('0'.repeat(64))).rejects.toMatchObject({ code: 'asset.not-found' });
});
