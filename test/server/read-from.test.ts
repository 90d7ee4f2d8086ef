import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { scratch, spawnServer, startServer, type TestServer } from './server.ts';

const TOKEN = 'a-token-that-nobody-guesses';
const bearer = { authorization: `Bearer ${TOKEN}` };
const others = ['--host', '0.0.0.0', '--token', TOKEN];
const cat = join(import.meta.dirname, '../../workflows/samples/queries/cat-face.png');

/** An allowed folder with a link to a picture outside of it. */
const given = scratch();
const secret = scratch();
copyFileSync(cat, join(given, 'cat.png'));
copyFileSync(cat, join(secret, 'secret.png'));
symlinkSync(join(secret, 'secret.png'), join(given, 'link.png'));
symlinkSync(secret, join(given, 'linked'));

const listing = (path: string): Workflow => ({
  format: 'patchbay',
  version: 1,
  nodes: [{ id: 'pictures', type: 'image/load-folder', params: { path }, position: { x: 0, y: 0 } }],
  edges: [],
  outputs: [{ name: 'pictures', node: 'pictures', port: 'images' }],
});

async function listed(server: TestServer, path: string) {
  const { id } = await server.submit(listing(path), {}, bearer);
  for (;;) {
    const { json } = await server.call('GET', `/api/runs/${id}`, undefined, bearer);
    if (json.finishedAt !== null) return json;
  }
}

const paths = (run: { outputs: { pictures?: { items: { path: string }[] } } }) =>
  run.outputs.pictures?.items.map(({ path }) => path);

describe('where others may call the server', () => {
  let open: TestServer;
  let bare: TestServer;
  beforeAll(async () => {
    [open, bare] = await Promise.all([
      startServer({ keep: true, args: [...others, '--read-from', given] }),
      startServer({ keep: true, args: others }),
    ]);
  });

  test('workflows read the folders it was given, and no link in them leads out', async () => {
    const run = await listed(open, given);
    expect(paths(run)).toEqual(['cat.png']);
    expect(run.outputs.pictures.skipped).toEqual(
      ['link.png', 'linked/secret.png'].map((path) =>
        expect.objectContaining({
          path,
          reason: {
            code: 'image.link-outside',
            message: 'The link points outside the folders that Patchbay may read.',
          },
        }),
      ),
    );
  });

  test.each([
    ['another folder', secret],
    ['a folder behind a link', join(given, 'linked')],
    ['the one above', join(given, '..')],
    ['the root', '/'],
  ])('workflows do not read %s, and are told what to do', async (_, path) => {
    const run = await listed(open, path);
    expect(run.status).toBe('failed');
    expect(run.problems[0]).toMatchObject({ code: 'file.forbidden', nodeId: 'pictures' });
    expect(run.problems[0].message).toContain('--read-from');
  });

  test('without a folder given, they read what ships and what was uploaded', async () => {
    expect((await listed(bare, given)).problems[0]).toMatchObject({ code: 'file.forbidden' });
    expect(paths(await listed(bare, 'sample:scenes'))!.length).toBeGreaterThan(0);
    expect(paths(await listed(bare, join(bare.data, 'files')))).toEqual([]);
  });

  test('the given folders can be looked into, and no others', async () => {
    const { json } = await open.call('GET', '/api/files?path=', undefined, bearer);
    expect(json.folders.map(({ path }: { path: string }) => path)).toContain(given);
    expect(json.folders.map(({ place }: { place?: string }) => place)).not.toContain('home');
    const refused = await open.call(
      'GET',
      `/api/files?path=${encodeURIComponent(secret)}`,
      undefined,
      bearer,
    );
    expect(refused.status).toBe(403);
  });
});

test('a folder that is not there is a slip, said before anybody relies on it', async () => {
  const missing = join(given, 'not-here');
  const { code, output } = (await spawnServer({ args: ['--read-from', missing] })) as {
    code: number | null;
    output: string;
  };
  expect(code).toBe(2);
  expect(output).toContain(`The folder ${missing} of --read-from was not found.`);
});

test('for oneself alone, workflows read what the user may read', async () => {
  const server = await startServer();
  expect(paths(await listed(server, secret))).toEqual(['secret.png']);
});
