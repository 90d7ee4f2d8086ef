import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { addAsset, addRun, addWorkflow, keptFolder, open, PICTURES, put } from './kit.ts';

const CHILD = join(import.meta.dirname, 'kill-child.mjs');
if (!existsSync(join(CHILD, '../../../dist/server/trash/trash.js')))
  throw new Error('The server is not built: `npm run build` first.');

/** What the next server finds in a data folder, and what it has after everything is restored. */
interface Look {
  readonly errors: string[];
  readonly entries: string[];
  /** How many folders are in the trash. */
  readonly left: number;
  readonly found: unknown;
  readonly restored: unknown;
}

/** Does something in another process. @returns undefined if it was killed at the step */
function child<T>(data: string, work: string, argument = '', step?: number): T | undefined {
  const { signal, status, stdout, stderr } = spawnSync(
    process.execPath,
    [CHILD, data, work, argument, ...(step === undefined ? [] : [String(step)])],
    { encoding: 'utf8' },
  );
  if (signal === 'SIGKILL') return undefined;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function copyOf(data: string): string {
  const copy = keptFolder();
  cpSync(data, copy, { recursive: true });
  return copy;
}

/** Does something in copies of a data folder, and kills it at another step in each. Yields what the next server finds. */
function* killedEverywhere(data: string, work: string, argument: string): Generator<Look & { step: number }> {
  for (let step = 1, ended = false; !ended; step++) {
    const copy = copyOf(data);
    ended = child(copy, work, argument, step) !== undefined;
    yield { step, ...child<Look>(copy, 'look')! };
  }
}

/** A data folder with a run, a workflow and uploads; its processes have ended. */
const data = keptFolder();
const ids: Record<string, string> = { uploads: 'photos', labels: 'Pets' };
let whole: unknown;

beforeAll(() => {
  const first = keptFolder();
  const { journal, close } = open(first);
  ids.run = addRun(first, journal);
  ids.workflow = addWorkflow(journal);
  put(join(first, 'files', 'photos'), PICTURES);
  put(join(first, 'labels'), { 'Pets.json': 'a set' });
  ids.asset = addAsset(first, journal);
  close();
  cpSync(first, data, { recursive: true });
  whole = child(data, 'state');
});

describe.each([
  // A workflow takes the steps of a run, except those of files.
  { kind: 'run', add: 'addRun' },
  { kind: 'uploads', add: 'addUploads' },
  { kind: 'asset', add: 'addAsset' },
  { kind: 'labels', add: 'addLabels' },
])('after a kill at any step, $kind', ({ kind, add }) => {
  test('is deleted or not, and never lost', () => {
    const seen = new Set<number>();
    for (const { step, errors, entries, left, found, restored } of killedEverywhere(data, add, ids[kind]!)) {
      expect({ step, errors, restored }).toEqual({ step, errors: [], restored: whole });
      expect({ step, left }).toEqual({ step, left: entries.length });
      if (entries.length === 0) expect({ step, found }).toEqual({ step, found: whole });
      else expect({ step, found }).not.toEqual({ step, found: whole });
      seen.add(entries.length);
    }
    expect([...seen].sort()).toEqual([0, 1]);
  }, 180_000);

  test('is restored or not, and never lost', () => {
    const deleted = copyOf(data);
    const { id } = child<{ id: string }>(deleted, add, ids[kind])!;
    const seen = new Set<number>();
    for (const { step, errors, entries, left, found, restored } of killedEverywhere(deleted, 'restore', id)) {
      expect({ step, errors, restored }).toEqual({ step, errors: [], restored: whole });
      expect({ step, left }).toEqual({ step, left: entries.length });
      if (entries.length === 0) expect({ step, found }).toEqual({ step, found: whole });
      seen.add(entries.length);
    }
    expect([...seen].sort()).toEqual([0, 1]);
  }, 180_000);
});

test('after a kill at any step of the last deletion, a run is whole in the trash or gone for good', () => {
  const deleted = copyOf(data);
  const { id } = child<{ id: string }>(deleted, 'addRun', ids.run)!;
  const seen = new Set<number>();
  for (const { step, errors, entries, left, restored } of killedEverywhere(deleted, 'purge', id)) {
    expect({ step, errors, left }).toEqual({ step, errors: [], left: entries.length });
    if (entries.length === 1) expect({ step, restored }).toEqual({ step, restored: whole });
    seen.add(entries.length);
  }
  expect([...seen].sort()).toEqual([0, 1]);
}, 180_000);
