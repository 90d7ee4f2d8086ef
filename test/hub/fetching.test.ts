import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findFetched, modelFolder, removeFetched, verifyFetched } from '../../server/hub/fetched.ts';
import { hubSettings } from '../../server/hub/settings.ts';
import { gitSha1, noisyRepo, sha256, startHub } from './hub.ts';
import { fetcher, fresh } from './kit.ts';

const REPO = 'someone/tiny-clip';
const hubOf = (size?: number) => startHub(new Map([[REPO, noisyRepo(size)]]));
const WANTED = ['config.json', 'onnx/text_model.onnx', 'onnx/vision_model.onnx', 'preprocessor_config.json'];

describe('downloading a model', () => {
  test('exactly the files that an encoder needs are downloaded, each with its sha256 in the manifest', async () => {
    const hub = await hubOf();
    const { fetch, files, data } = fetcher(hub);
    const manifest = await fetch(REPO);
    expect(manifest).toMatchObject({
      id: REPO,
      repo: REPO,
      revision: 'main',
      commit: hub.commit,
      license: 'mit',
    });
    expect(manifest.files.map(({ path }) => path)).toEqual(WANTED);
    const found = await files(REPO);
    expect([...found.keys()].sort()).toEqual(['patchbay.json', ...WANTED].sort());
    for (const { path, bytes, sha256: hash } of manifest.files) {
      expect(found.get(path)!.equals(hub.repos.get(REPO)!.get(path)!.bytes)).toBe(true);
      expect({ bytes, hash }).toEqual({ bytes: found.get(path)?.length, hash: sha256(found.get(path)!) });
    }
    expect(await readdir(join(data, 'downloads'))).toEqual([]);
  });

  test('a precision is chosen by name and added to the others; a missing one is refused with a list', async () => {
    const hub = await hubOf();
    const { fetch } = fetcher(hub);
    await fetch(REPO);
    const before = hub.sent;
    const both = await fetch({ repo: REPO, precision: 'q8' });
    expect(both.files.map(({ path }) => path)).toEqual(
      [...WANTED, 'onnx/text_model_quantized.onnx', 'onnx/vision_model_quantized.onnx'].sort(),
    );
    const quantized = (path: string) => hub.repos.get(REPO)!.get(path)!.bytes.length;
    const added = quantized('onnx/text_model_quantized.onnx') + quantized('onnx/vision_model_quantized.onnx');
    expect(hub.sent - before).toBeLessThan(added + 10_000);
    await expect(fetch({ repo: REPO, precision: 'fp16' })).rejects.toThrow(
      `${REPO} has no fp16 files. Choose fp32 or q8.`,
    );
  });

  test('weights beside a graph are downloaded with it', async () => {
    const hub = await hubOf();
    hub.repos.get(REPO)?.set('onnx/vision_model.onnx_data', { bytes: Buffer.from('weights'), lfs: true });
    hub.repos
      .get(REPO)
      ?.set('onnx/vision_model_quantized.onnx_data', { bytes: Buffer.from('others'), lfs: true });
    const { files } = await fetcher(hub).fetch(REPO);
    expect(files.map(({ path }) => path)).toContain('onnx/vision_model.onnx_data');
    expect(files.map(({ path }) => path)).not.toContain('onnx/vision_model_quantized.onnx_data');
  });

  test('the token goes only to the hub, and files are requested uncompressed', async () => {
    const hub = await hubOf();
    hub.closed.set(REPO, 'private');
    await fetcher(hub, { env: { HF_TOKEN: 'hf_secret' } }).fetch(REPO);
    const at = (where: string) => hub.seen.filter((one) => one.where === where);
    expect(new Set(at('hub').map(({ token }) => token))).toEqual(new Set(['Bearer hf_secret']));
    expect(at('cdn').length).toBeGreaterThan(0);
    expect(new Set(at('cdn').map(({ token }) => token))).toEqual(new Set([undefined]));
    expect(new Set(hub.seen.map(({ encoding }) => encoding))).toEqual(new Set(['identity']));
  });

  test('the token can come from the token file of Python', async () => {
    const home = fresh();
    writeFileSync(join(home, 'token'), 'hf_from_file\n');
    expect(hubSettings({ HF_HOME: home }).token).toBe('hf_from_file');
    expect(hubSettings({ HF_HOME: home, HF_TOKEN: 'hf_named' }).token).toBe('hf_named');
  });

  test("a catalogue's model is fetched at its pinned commit, and another file than the one it knows is refused", async () => {
    const hub = await hubOf();
    const graph = 'onnx/vision_model.onnx';
    const model = (hash: string) => ({
      ...{ id: REPO, title: 'Tiny CLIP', family: 'clip', license: 'MIT', summary: 'Tests.', repo: REPO },
      revision: hub.commit,
      files: [{ path: 'config.json' }, { path: graph, sha256: hash }],
    });
    const right = sha256(hub.repos.get(REPO)!.get(graph)!.bytes);
    const { fetch } = fetcher(hub, { catalog: { version: 1, models: [model(right)] } });
    expect(await fetch(REPO)).toMatchObject({
      title: 'Tiny CLIP',
      commit: hub.commit,
      license: 'MIT',
      family: 'clip',
    });
    expect(hub.seen.every(({ path, where }) => where === 'cdn' || path.includes(hub.commit))).toBe(true);
    const other = fetcher(hub, { catalog: { version: 1, models: [model('a'.repeat(64))] } });
    const { host } = new URL(hub.url);
    await expect(other.fetch(REPO)).rejects.toMatchObject({
      code: 'hub.other-file',
      message: `${host} offers a ${graph} of ${REPO} that differs from the known one. Try another mirror in HF_ENDPOINT.`,
    });
  });

  test('a mirror that lists only names is asked for each file', async () => {
    const hub = await hubOf();
    hub.namesOnly = true;
    const { fetch, files } = fetcher(hub);
    const manifest = await fetch(REPO);
    expect(manifest).toMatchObject({ commit: hub.commit });
    for (const [path, bytes] of await files(REPO))
      if (path !== 'patchbay.json') expect(bytes.equals(hub.repos.get(REPO)!.get(path)!.bytes)).toBe(true);
    expect(hub.seen.filter(({ method }) => method === 'HEAD')).toHaveLength(WANTED.length);
  });

  test('the address of a page works as a repository', async () => {
    const hub = await hubOf();
    expect(await fetcher(hub).fetch(`https://huggingface.co/${REPO}/tree/main`)).toMatchObject({ id: REPO });
  });

  test('paths that would leave the folder are not downloaded', async () => {
    const hub = await hubOf();
    const evil = { bytes: Buffer.from('{}'), lfs: false };
    for (const path of [
      '../config.json',
      'onnx/../../vision_model.onnx',
      '/etc/config.json',
      'onnx\\..\\..\\model.onnx',
    ])
      hub.repos.get(REPO)?.set(path, evil);
    const { fetch, data } = fetcher(hub);
    expect((await fetch(REPO)).files.map(({ path }) => path)).toEqual(WANTED);
    expect((await readdir(data)).sort()).toEqual(['downloads', 'models']);
  });

  test('a folder that the user put there is left alone', async () => {
    const hub = await hubOf();
    const { fetch, data } = fetcher(hub);
    mkdirSync(modelFolder(data, REPO), { recursive: true });
    writeFileSync(join(modelFolder(data, REPO), 'mine.txt'), 'mine');
    await expect(fetch(REPO)).rejects.toMatchObject({ code: 'hub.exists' });
    expect(await readdir(modelFolder(data, REPO))).toEqual(['mine.txt']);
  });
});

describe('a downloaded model', () => {
  test('is verified against its manifest, file by file', async () => {
    const hub = await hubOf(10_000);
    const { fetch, data } = fetcher(hub);
    await fetch(REPO);
    const model = (await findFetched(data, REPO))!;
    const { signal } = new AbortController();
    expect(await verifyFetched(model, signal)).toEqual([]);
    writeFileSync(join(model.folder, 'config.json'), '{"model_type":"clap"}');
    expect(await verifyFetched(model, signal)).toEqual([{ path: 'config.json', problem: 'changed' }]);
  });

  test('is deleted completely, and a model that was not downloaded is not deleted', async () => {
    const hub = await hubOf(10_000);
    const { fetch, data } = fetcher(hub);
    await fetch(REPO);
    await removeFetched(data, REPO);
    expect(await readdir(join(data, 'models'))).toEqual([]);
    await expect(removeFetched(data, REPO)).rejects.toMatchObject({ code: 'hub.not-fetched' });
    await expect(removeFetched(data, '../models')).rejects.toMatchObject({ code: 'hub.not-fetched' });
  });
});

describe('a failed download says why and what to do', () => {
  const refused = async (repo: string, env: Record<string, string> = {}, wish = {}) => {
    const hub = await hubOf(1000);
    hub.closed.set('someone/gated', 'gated');
    hub.repos.set('someone/gated', noisyRepo(1000));
    hub.repos.set('someone/no-graph', new Map([['config.json', { bytes: Buffer.from('{}'), lfs: false }]]));
    return fetcher(hub, { env })
      .fetch({ repo, ...wish })
      .then(
        () => undefined,
        (error: { code: string; message: string }) => error,
      );
  };

  test.each([
    [
      'a missing repository',
      'someone/nothing',
      {},
      {},
      'hub.no-repo',
      /^Repository someone\/nothing was not found at .*, or it is private\. .* A private repository needs a token in HF_TOKEN\.$/,
    ],
    [
      'a missing repository, with a token',
      'someone/nothing',
      { HF_TOKEN: 'hf_x' },
      {},
      'hub.no-repo-for-token',
      /, or the token in HF_TOKEN has no access to it\. Check the spelling: OWNER\/NAME\.$/,
    ],
    ['a missing revision', REPO, {}, { revision: 'v9' }, 'hub.no-revision', /branches and tags/],
    [
      'a licence that was not accepted',
      'someone/gated',
      {},
      {},
      'hub.gated',
      /requires you to accept its licence\. Accept it at .*HF_TOKEN/,
    ],
    [
      'a licence that the token has not accepted',
      'someone/gated',
      { HF_TOKEN: 'hf_x' },
      {},
      'hub.gated-for-token',
      /with the account of this token\.$/,
    ],
    ['a repository without graphs', 'someone/no-graph', {}, {}, 'hub.no-graph', /export\.py/],
    [
      'no network',
      REPO,
      { HF_ENDPOINT: 'http://127.0.0.1:9' },
      {},
      'hub.unreachable',
      /^127\.0\.0\.1:9 could not be reached \(ECONNREFUSED\)\. Check your network connection, and check that HF_ENDPOINT \(http:\/\/127\.0\.0\.1:9\) is right\.$/,
    ],
    ['a forbidden network', REPO, { HF_HUB_OFFLINE: '1' }, {}, 'hub.offline', /HF_HUB_OFFLINE/],
    [
      'a name that is not a repository',
      'no repo',
      {},
      {},
      'hub.repo-id',
      /^"no repo" is not a repository\. /,
    ],
    [
      'a revision that leads out of a folder',
      REPO,
      {},
      { revision: '../x' },
      'hub.revision',
      /^"\.\.\/x" is not a revision\. Write a branch, a tag or a commit\.$/,
    ],
  ])('%s', async (_, repo, env, wish, code, message) => {
    const error = await refused(repo, env, wish);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('an error about huggingface.co names a mirror', async () => {
    const { toHubError } = await import('../../server/hub/hub-error.ts');
    const error = toHubError(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'a/b', hubSettings({}));
    expect(error).toMatchObject({
      code: 'hub.unreachable',
      args: { host: 'huggingface.co', advice: expect.objectContaining({ code: 'hub.advice-mirror' }) },
      message: expect.stringContaining('HF_ENDPOINT=https://hf-mirror.com'),
    });
  });

  test('an endpoint that is not a web address', () => {
    expect(() => hubSettings({ HF_ENDPOINT: 'hf-mirror.com' })).toThrow(
      'HF_ENDPOINT is "hf-mirror.com", which is not a web address. Write it like https://hf-mirror.com.',
    );
  });
});

test('the hub gives the same hash of a file as git', () => {
  // git hash-object of "hello\n"
  expect(gitSha1(Buffer.from('hello\n'))).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
});
