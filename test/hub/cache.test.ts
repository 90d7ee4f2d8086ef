import { existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findFetched, modelFolder, removeFetched, verifyFetched } from '../../server/hub/fetched.ts';
import { noisyRepo, startHub, type TestHub } from './hub.ts';
import { fetcher, fillCache, fresh } from './kit.ts';

const REPO = 'someone/tiny-clip';
const hubOf = () => startHub(new Map([[REPO, noisyRepo(200_000)]]));

const fill = (home: string, hub: TestHub) => fillCache(home, hub, REPO);

describe('a model that Python downloaded before', () => {
  test('is not downloaded again and takes no more space, because it is the same file', async () => {
    const hub = await hubOf();
    const { fetch, data, home } = fetcher(hub);
    const blobs = fill(home, hub);
    const manifest = await fetch(REPO);
    expect(hub.seen.filter(({ path }) => path.includes('/resolve/') || !path.startsWith('/api'))).toEqual([]);
    for (const { path, linked } of manifest.files) {
      expect(linked).toBe(true);
      expect(statSync(join(modelFolder(data, REPO), path)).ino).toBe(statSync(blobs.get(path)!).ino);
    }
    expect(await verifyFetched((await findFetched(data, REPO))!, new AbortController().signal)).toEqual([]);
  });

  test('stays in the cache when the model is deleted here', async () => {
    const hub = await hubOf();
    const { fetch, data, home } = fetcher(hub);
    const blobs = fill(home, hub);
    await fetch(REPO);
    await removeFetched(data, REPO);
    expect(existsSync(modelFolder(data, REPO))).toBe(false);
    for (const [path, blob] of blobs)
      expect(readFileSync(blob).equals(hub.repos.get(REPO)!.get(path)!.bytes)).toBe(true);
  });

  test('is hashed before use, and a damaged file is downloaded', async () => {
    const hub = await hubOf();
    const { fetch, files, home } = fetcher(hub);
    const blobs = fill(home, hub);
    const blob = blobs.get('onnx/vision_model.onnx')!;
    const bytes = readFileSync(blob);
    bytes[5]! ^= 1;
    writeFileSync(blob, bytes);
    const manifest = await fetch(REPO);
    const of = (path: string) => manifest.files.find((file) => file.path === path);
    expect(of('onnx/vision_model.onnx')?.linked).toBeUndefined();
    expect(of('onnx/text_model.onnx')?.linked).toBe(true);
    const found = (await files(REPO)).get('onnx/vision_model.onnx')!;
    expect(found.equals(hub.repos.get(REPO)!.get('onnx/vision_model.onnx')!.bytes)).toBe(true);
  });

  test('is used without a network, by branch and by commit', async () => {
    const hub = await hubOf();
    const home = fresh();
    fill(home, hub);
    await hub.close();
    for (const revision of [undefined, hub.commit]) {
      const { fetch } = fetcher(hub, { home, env: { HF_HUB_OFFLINE: '1' } });
      const manifest = await fetch({ repo: REPO, revision });
      expect(manifest.commit).toBe(hub.commit);
      expect(manifest.files).toHaveLength(4);
    }
    const other = fetcher(hub, { home, env: { HF_HUB_OFFLINE: '1' } });
    await expect(other.fetch({ repo: REPO, revision: 'v2' })).rejects.toMatchObject({ code: 'hub.offline' });
  });

  test('is found in the folder of HF_HUB_CACHE', async () => {
    const hub = await hubOf();
    const elsewhere = fresh();
    fill(elsewhere, hub);
    const { fetch } = fetcher(hub, { env: { HF_HUB_CACHE: join(elsewhere, 'hub') } });
    expect((await fetch(REPO)).files.every(({ linked }) => linked)).toBe(true);
  });

  test('on another disk gets symbolic links, but weights are copied', async () => {
    const hub = await hubOf();
    hub.repos.get(REPO)!.set('onnx/vision_model.onnx_data', { bytes: Buffer.from('weights'), lfs: true });
    if (!existsSync('/dev/shm') || statSync('/dev/shm').dev === statSync(fresh()).dev) return;
    const home = fresh('/dev/shm');
    const { fetch, data } = fetcher(hub, { home });
    fill(home, hub);
    const { files } = await fetch(REPO);
    const at = (path: string) => lstatSync(join(modelFolder(data, REPO), path));
    expect(at('onnx/vision_model.onnx').isSymbolicLink()).toBe(true);
    expect(at('onnx/vision_model.onnx_data')).toMatchObject({ nlink: 1 });
    expect(at('onnx/vision_model.onnx_data').isFile()).toBe(true);
    expect(files.find(({ path }) => path.endsWith('_data'))?.linked).toBeUndefined();
    expect(await verifyFetched((await findFetched(data, REPO))!, new AbortController().signal)).toEqual([]);
  });
});
