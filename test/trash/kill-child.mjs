// Works on a data folder in its own process: node kill-child.mjs DATA WORK ARGUMENT STEP. Prints a JSON document.
// WORK is a function of the trash, `look` (as the next server finds it, and after restoring all), or `state`.
// With a STEP, it ends like a power cut at that change of a file or of the journal; it exits with 0 if there are fewer.
import files, { readdir, readFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { openJournal } from '../../dist/server/store/journal.js';
import { openTrash } from '../../dist/server/trash/trash.js';

const [dataFolder, work, argument, last] = process.argv.slice(2);
const journal = openJournal(dataFolder);
const trash = openTrash(dataFolder, journal);

/** All rows of all runs and workflows, and all files of runs, uploads and label sets. */
async function state() {
  const runs = journal.runs.list({ limit: 100 }).items.map(({ id }) => journal.rows.read('run', id));
  const workflows = journal.workflows.list({ limit: 100 }).items;
  const texts = {};
  for (const folder of ['outputs', 'files', 'assets', 'labels'])
    for (const entry of await readdir(join(dataFolder, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) texts[path.slice(dataFolder.length)] = await readFile(path, 'utf8');
    }
  const revisions = workflows.map(({ id }) => journal.rows.read('workflow', id));
  const assets = journal.rows.read('asset', `ab${'0'.repeat(62)}`) ?? null;
  return { runs, revisions, assets, texts: Object.entries(texts).sort() };
}

async function look() {
  const errors = (await trash.recover()).map(String);
  const { items } = await trash.list();
  const left = (await readdir(join(dataFolder, 'trash')).catch(() => [])).length;
  const found = await state();
  for (const { id } of items) await trash.restore(id);
  return { errors, entries: items.map(({ id }) => id), left, found, restored: await state() };
}

let steps = 0;
const step = () => {
  if (++steps === Number(last)) process.kill(process.pid, 'SIGKILL');
};
/** The same function, with a step before it. */
const stepping = (change) =>
  function (...args) {
    step();
    return change.apply(this, args);
  };

if (last !== undefined) {
  for (const name of ['rename', 'rm', 'rmdir', 'mkdir', 'open']) files[name] = stepping(files[name]);
  syncBuiltinESMExports();
  for (const [store, name] of [
    [journal.runs, 'remove'],
    [journal.workflows, 'remove'],
    [journal.assets, 'remove'],
    [journal.rows, 'write'],
  ])
    store[name] = stepping(store[name]);
}
const own = { look, state };
const result =
  work in own
    ? await own[work]()
    : await trash[work](argument, ...(work === 'addAsset' ? ['notes.txt'] : []));
step();
console.log(JSON.stringify(result));
