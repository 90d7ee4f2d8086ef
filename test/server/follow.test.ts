import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { CollectionDetails } from '../../server/contract/collections.ts';
import { patchbay } from '../cli/cli.ts';
import { drawPictures } from '../contract/world.ts';
import { keepingWorkflow } from './keeping-workflow.ts';
import { scratch, startServer, type TestServer } from './server.ts';

const at = (name: string) => `/api/collections/${encodeURIComponent(name)}`;
const get = async (server: TestServer, name: string): Promise<CollectionDetails> =>
  (await server.call('GET', at(name))).json;
const save = async (server: TestServer, name: string, folder: string) => {
  const workflow = keepingWorkflow(name, folder);
  // Following adds, also where the workflow itself only makes a new collection.
  const nodes = workflow.nodes.map((node) =>
    node.id === 'save' ? { ...node, params: { ...node.params, existing: 'leave' } } : node,
  );
  const run = await server.submit({ ...workflow, nodes });
  expect(await server.ended(run.id)).toMatchObject({ status: 'completed' });
};
/** Waits until the server says that everything is in, and so many pictures are. */
const become = (server: TestServer, name: string, pictures: number) =>
  expect
    .poll(
      async () => {
        const { follow, pictures: count } = await get(server, name);
        return [follow?.state, count];
      },
      { timeout: 60_000, interval: 200 },
    )
    .toEqual(['current', pictures]);

let spare: string;
beforeAll(async () => {
  spare = await drawPictures(join(scratch(), 'spare'), 7);
});
const spareOne = (n: number) => join(spare, n % 2 === 0 ? 'even' : 'odd', `picture-${n}.png`);
const draw = () => drawPictures(join(scratch(), 'pictures'), 3);

test('a collection follows its folder: new, changed and gone pictures, subfolders, and after a restart', async () => {
  const folder = await draw();
  const server = await startServer();
  await save(server, 'Seen', folder);
  const { pictures } = await get(server, 'Seen');
  const followed = await server.call('PUT', `${at('Seen')}/follow`);
  expect(followed).toMatchObject({ status: 200, json: { follow: { folders: [folder] } } });
  await become(server, 'Seen', pictures);
  const { version } = await get(server, 'Seen');

  mkdirSync(join(folder, 'more'));
  copyFileSync(spareOne(5), join(folder, 'more', 'new.png'));
  await become(server, 'Seen', pictures + 1);
  // A folder that came later is watched, too.
  copyFileSync(spareOne(6), join(folder, 'more', 'newer.png'));
  await become(server, 'Seen', pictures + 2);
  copyFileSync(spareOne(4), join(folder, 'more', 'newer.png'));
  await expect
    .poll(async () => (await get(server, 'Seen')).versions[0], { timeout: 60_000 })
    .toMatchObject({ changed: 1, added: 0 });
  rmSync(join(folder, 'more', 'new.png'));
  await become(server, 'Seen', pictures + 1);
  // Nothing else has been saved: no run without a change.
  expect((await get(server, 'Seen')).version).toBe(version + 4);

  await server.kill('SIGTERM');
  copyFileSync(spareOne(3), join(folder, 'while-away.png'));
  const next = await startServer({ data: server.data });
  await become(next, 'Seen', pictures + 2);

  await next.call('PUT', at('Seen'), { name: 'Renamed' });
  copyFileSync(spareOne(2), join(folder, 'after.png'));
  await become(next, 'Renamed', pictures + 3);
  expect((await next.call('GET', '/api/collections')).json.items).toHaveLength(1);

  expect((await next.call('DELETE', `${at('Renamed')}/follow`)).json.follow).toBeUndefined();
  expect((await get(next, 'Renamed')).follow).toBeUndefined();
  // A version that was restored stays as it is.
  await next.call('PUT', `${at('Renamed')}/follow`);
  await become(next, 'Renamed', pictures + 3);
  const restored = await next.call('POST', `${at('Renamed')}/versions/1/restore`);
  expect(restored.json).toMatchObject({ pictures });
  expect(restored.json.follow).toMatchObject({ folders: [folder], state: 'paused' });
  rmSync(join(folder, 'after.png'));
  await sleep(5000);
  expect(await get(next, 'Renamed')).toMatchObject({ pictures, version: restored.json.version });
  await next.call('PUT', `${at('Renamed')}/follow`);
  await become(next, 'Renamed', pictures + 2);
}, 180_000);

test('a picture that cannot be read is named, and stays named', async () => {
  const folder = await draw();
  const server = await startServer();
  await save(server, 'Broken', folder);
  const { pictures } = await get(server, 'Broken');
  await server.call('PUT', `${at('Broken')}/follow`);
  await become(server, 'Broken', pictures);
  copyFileSync(spareOne(5), join(folder, 'new.png'));
  writeFileSync(join(folder, 'torn.png'), 'no picture');
  const state = async () => (await get(server, 'Broken')).follow;
  await expect.poll(state, { timeout: 60_000 }).toMatchObject({
    state: 'problem',
    problem: {
      code: 'collection.follow-unread',
      message: expect.stringContaining('1 picture could not be read and is not in "Broken": torn.png.'),
    },
  });
  expect((await get(server, 'Broken')).pictures).toBe(pictures + 1);
  await server.kill('SIGTERM');
  // The next server looks at once, finds nothing new, and says the same.
  const next = await startServer({ data: server.data });
  await sleep(4000);
  expect((await get(next, 'Broken')).follow).toMatchObject({
    state: 'problem',
    problem: { code: 'collection.follow-unread' },
  });
}, 120_000);

test('a folder that is gone is named and removes nothing, and following goes on when it is back', async () => {
  const folder = await draw();
  const server = await startServer();
  await save(server, 'Kept', folder);
  const { pictures } = await get(server, 'Kept');
  await server.call('PUT', `${at('Kept')}/follow`);
  await become(server, 'Kept', pictures);
  renameSync(folder, `${folder}-away`);
  await expect
    .poll(async () => (await get(server, 'Kept')).follow, { timeout: 60_000 })
    .toMatchObject({ state: 'problem', problem: { code: 'folder.not-found' } });
  expect((await get(server, 'Kept')).pictures).toBe(pictures);
  renameSync(`${folder}-away`, folder);
  await server.kill('SIGTERM');
  const next = await startServer({ data: server.data });
  await become(next, 'Kept', pictures);
}, 120_000);

test('a collection whose workflow is not known or reads no folder cannot follow, and says so', async () => {
  const folder = await draw();
  const server = await startServer();
  await save(server, 'Known', folder);
  const answer = await server.call('PUT', `${at('Nobody')}/follow`);
  expect(answer).toMatchObject({ status: 404, json: { error: { code: 'collection.not-found' } } });
  const others = patchbay(['collections', 'follow', 'Known'], { data: scratch() });
  expect(await others).toMatchObject({ code: 1, stderr: expect.stringContaining('patchbay serve') });
  await server.call('DELETE', `/api/runs/${(await server.call('GET', '/api/runs')).json.items[0].id}`);
  expect(await server.call('PUT', `${at('Known')}/follow`)).toMatchObject({
    status: 409,
    json: { error: { code: 'collection.no-run' } },
  });
  await save(server, 'Known', 'sample:pictures');
  expect(await server.call('PUT', `${at('Known')}/follow`)).toMatchObject({
    status: 409,
    json: { error: { code: 'collection.follow-sample' } },
  });
  writeFileSync(join(server.data, 'collections', 'Known', 'follow.json'), '{');
  expect((await get(server, 'Known')).follow).toMatchObject({
    state: 'problem',
    problem: { code: 'collection.follow-unreadable' },
  });
}, 60_000);
