import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openMoves } from '../../../server/runtime/files/moves.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A folder with `count` different files, one to move them to, and the lists. */
function setting(count: number) {
  const root = temporaryFolder();
  const [from, to, lists] = ['from', 'to', 'lists'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(from);
  mkdirSync(to);
  const names = Array.from({ length: count }, (_, n) => `${n}.png`);
  for (const name of names) writeFileSync(join(from, name), `picture ${name}`);
  return { from, to, lists, names };
}

const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

test('moved files keep their bytes, replace nothing, and go back in one step', async () => {
  const { from, to, lists, names } = setting(3);
  const before = contents(from);
  writeFileSync(join(to, '0.png'), 'of somebody else');
  const moves = openMoves(lists);
  const run = moves.begin();
  for (const name of names) await run.move(join(from, name), join(to, name));
  expect(readdirSync(from)).toEqual([]);
  expect(contents(to)).toEqual({
    '0.png': 'of somebody else',
    '0-2.png': 'picture 0.png',
    '1.png': 'picture 1.png',
    '2.png': 'picture 2.png',
  });
  expect(await moves.list()).toMatchObject([{ id: run.id, files: 3, from, to }]);
  expect(Date.parse((await moves.list())[0]!.createdAt)).toBeGreaterThan(Date.now() - 60_000);
  expect(await moves.undo(run.id)).toEqual({ id: run.id, files: 3, kept: [] });
  expect(contents(from)).toEqual(before);
  expect(contents(to)).toEqual({ '0.png': 'of somebody else' });
  await expect(moves.undo(run.id)).rejects.toMatchObject({ code: 'moves.not-found' });
});

test('what cannot go back is named, stays in the list, and goes back later', async () => {
  const { from, to, lists } = setting(3);
  const moves = openMoves(lists);
  const run = moves.begin();
  for (const name of ['0.png', '1.png', '2.png']) await run.move(join(from, name), join(to, name));
  writeFileSync(join(from, '0.png'), 'new');
  rmSync(join(to, '1.png'));
  const first = await moves.undo(run.id);
  expect(first.files).toBe(1);
  expect(first.kept.map(({ code }) => code)).toEqual(['moves.taken', 'moves.gone']);
  expect(contents(from)).toEqual({ '0.png': 'new', '2.png': 'picture 2.png' });
  rmSync(join(from, '0.png'));
  expect(await moves.undo(run.id)).toMatchObject({ files: 1, kept: [{ code: 'moves.gone' }] });
  expect(contents(from)['0.png']).toBe('picture 0.png');
});

test('an id that leads out of the folder of lists is not found', async () => {
  const { lists } = setting(0);
  for (const id of ['../lists', '..', '', '2026-11-30T10-00-00-000Z-../../aa'])
    await expect(openMoves(lists).undo(id)).rejects.toMatchObject({ code: 'moves.not-found' });
});

test('killed at any moment, no file is lost or changed, and all go back', async () => {
  const module = pathToFileURL(join(import.meta.dirname, '../../../dist/server/runtime/files/moves.js')).href;
  const code = `const { openMoves } = await import(process.argv[1]);
    const [from, to, lists, count] = process.argv.slice(2);
    const run = openMoves(lists).begin();
    console.log('begun');
    for (let n = 0; n < count; n++) await run.move(from + '/' + n + '.png', to + '/' + n + '.png');
    setInterval(() => {}, 1000);`;
  for (let round = 0; round < 4; round++) {
    const { from, to, lists, names } = setting(200);
    const before = contents(from);
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      code,
      module,
      from,
      to,
      lists,
      '200',
    ]);
    await new Promise((begun) => child.stdout.once('data', begun));
    await expect
      .poll(() => readdirSync(to).length, { interval: 1, timeout: 20_000 })
      .toBeGreaterThan(1 + 40 * round);
    await sleep(round);
    child.kill('SIGKILL');
    await new Promise((gone) => child.once('close', gone));
    expect(new Set([...readdirSync(from), ...readdirSync(to)])).toEqual(new Set(names));
    const moves = openMoves(lists);
    const [list] = await moves.list();
    expect((await moves.undo(list!.id)).kept).toEqual([]);
    expect(contents(from)).toEqual(before);
    expect(readdirSync(to)).toEqual([]);
  }
}, 120_000);

const SHARED = '/dev/shm';
const hasOtherDisk = existsSync(SHARED) && statSync(SHARED).dev !== statSync(tmpdir()).dev;
if (!hasOtherDisk) console.warn('Moves between two disks are not tested: this machine has no second one.');
const elsewhere = hasOtherDisk ? mkdtempSync(join(SHARED, 'patchbay-moves-')) : '';
afterAll(() => hasOtherDisk && rmSync(elsewhere, { recursive: true, force: true }));

test.skipIf(!hasOtherDisk)('a file goes to another disk and back, with its time', async () => {
  const { from, lists } = setting(1);
  const { mtimeMs } = statSync(join(from, '0.png'));
  const moves = openMoves(lists);
  const run = moves.begin();
  const there = await run.move(join(from, '0.png'), join(elsewhere, '0.png'));
  expect([existsSync(join(from, '0.png')), contents(elsewhere)]).toEqual([
    false,
    { '0.png': 'picture 0.png' },
  ]);
  expect(Math.abs(statSync(there).mtimeMs - mtimeMs)).toBeLessThan(2);
  expect((await moves.undo(run.id)).files).toBe(1);
  expect([contents(from), readdirSync(elsewhere)]).toEqual([{ '0.png': 'picture 0.png' }, []]);
});
