import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { patchbay, scratch } from '../cli/cli.ts';
import { repoOf, startHub, type TestHub } from './hub.ts';

const REPO = 'someone/tiny-clip';
let hub: TestHub;
beforeEach(async () => {
  hub = await startHub(new Map([[REPO, repoOf(join(import.meta.dirname, '../fixtures/oracles/clip'))]]));
  process.env.HF_ENDPOINT = hub.url;
  process.env.HF_HOME = scratch('home');
});
afterEach(() => {
  delete process.env.HF_ENDPOINT;
  delete process.env.HF_HOME;
});

describe('patchbay models', () => {
  test('a repository is downloaded, listed, verified and deleted', async () => {
    const data = scratch('data');
    const added = await patchbay(['models', 'add', REPO], { data });
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining(`Added ${REPO}`) });
    expect(added.stderr).toContain(`Fetching ${REPO} (fp32)`);
    expect((await patchbay(['models'], { data })).stdout).toContain(REPO);
    const verified = await patchbay(['models', 'verify', REPO], { data });
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ok {2}hash: \d+ files have the expected sha256\./),
    });
    expect((await patchbay(['models', 'remove', REPO], { data })).stdout).toContain(`Deleted ${REPO}`);
    expect(existsSync(join(data, 'models', 'someone--tiny-clip'))).toBe(false);
  });

  test('Ctrl+C keeps the downloaded part and says so', async () => {
    hub.trouble = (_, response, { path, bytes }) => {
      if (!path.endsWith('.onnx')) return false;
      response.writeHead(200, { 'content-length': String(bytes.length) });
      response.write(bytes.subarray(0, 100));
      return true;
    };
    const data = scratch('data');
    const ended = await patchbay(['models', 'add', REPO], {
      data,
      onStderr: (text, kill) => {
        if (text.includes('Fetching')) kill('SIGINT');
      },
    });
    expect(ended).toMatchObject({ code: 130, stderr: expect.stringContaining('goes on from there') });
    expect(existsSync(join(data, 'downloads', 'someone--tiny-clip'))).toBe(true);
    hub.trouble = undefined;
    expect((await patchbay(['models', 'add', REPO, '--quiet'], { data })).code).toBe(0);
  });

  test('a failed download gives a sentence and a code', async () => {
    const ended = await patchbay(['models', 'add', 'someone/nothing', '--json']);
    expect(ended.code).toBe(1);
    expect(ended.json().problems).toMatchObject([{ code: 'hub.no-repo' }]);
    const wrong = await patchbay(['models', 'add', REPO, '--precision', 'fp8']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('one of fp32, fp16, q8, q4') });
  });

  test('a misspelt name gets a suggestion', async () => {
    const named = (id: string) => expect.stringContaining(`Did you mean ${id}`);
    const add = (name: string) => patchbay(['models', 'add', name]);
    expect(await add('clip-vit-b-32')).toMatchObject({
      code: 1,
      stderr: named('Xenova/clip-vit-base-patch32?'),
    });
    expect(await add('cilp')).toMatchObject({
      code: 1,
      stderr: named('Xenova/clip-vit-base-patch32, Xenova/'),
    });
    expect(await patchbay(['models', 'verify', 'emoji-clp'])).toMatchObject({
      stderr: expect.stringContaining('Did you mean "emoji-clip"?'),
    });
  });

  test('models to download are listed with size and licence', async () => {
    const { code, stdout } = await patchbay(['models', 'list', '--available']);
    expect(code).toBe(0);
    expect(stdout).toContain('patchbay models add OWNER/NAME');
    expect(stdout).toMatch(/clip-vit-large-patch14 +\? +MIT/);
    expect(stdout).toContain('the hub says it when fetching begins');
  });
});
