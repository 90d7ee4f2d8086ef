import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import {
  CHANGES,
  type ComparableRun,
  type ComparedPart,
  type ComparedRow,
  type ComparedSide,
  changesIn,
  compareRuns,
} from '../contract/compare-runs.ts';
import { requestMessage } from '../contract/messages/requests.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import type { RunDetail, RunSummary } from '../contract/run.ts';
import { type ReadView, readView } from '../contract/view.ts';
import { dataFolder } from '../data-folder.ts';
import { runDetail } from '../http/routes/runs.ts';
import { readRegular } from '../runtime/files/regular-file.ts';
import { serverOf } from '../server-note.ts';
import { type Journal, openJournal } from '../store/journal.ts';
import { pad, plainText } from './columns.ts';
import { print, printLine } from './print.ts';
import { EXIT } from './usage.ts';

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);

/** The options of `patchbay runs list`. */
export interface ListRunsOptions {
  readonly json: boolean;
  readonly search: string;
  readonly limit: string;
}

/** The journal. @throws PatchbayError `data.server-uses` while a server uses it, `data.command-uses` while another command does */
async function openRuns(folder: string): Promise<Journal> {
  try {
    return openJournal(folder);
  } catch (error) {
    if (!(error instanceof PatchbayError) || error.code !== 'data.in-use') throw error;
    const { address } = await serverOf(folder);
    const message =
      address === undefined
        ? storageMessage('data.command-uses', { path: folder })
        : storageMessage('data.server-uses', { address, path: folder });
    throw new PatchbayError(message, { cause: error });
  }
}

/**
 * Opens the journal for one command, and only once in it: a closed journal stays locked until its memory is cleared.
 * @returns undefined if there is no journal yet
 */
async function withJournal<T>(work: (journal: Journal) => T | Promise<T>): Promise<T | undefined> {
  const folder = dataFolder();
  if (!existsSync(join(folder, 'journal.db'))) return undefined;
  const journal = await openRuns(folder);
  try {
    return await work(journal);
  } finally {
    journal.close();
  }
}

const missing = (id: string) => new PatchbayError(requestMessage('run.not-found', { id }));

/** Runs by id. @throws PatchbayError `run.not-found` for the first one that is not there */
async function detailsOf(ids: readonly string[]): Promise<RunDetail[]> {
  const found = await withJournal((journal) =>
    ids.map((id) => (journal.runs.get(id) ? runDetail(journal, id) : undefined)),
  );
  return ids.map((id, i) => {
    const run = found?.[i];
    if (!run) throw missing(id);
    return run;
  });
}

const nameOf = ({ title, name, query }: RunSummary): string =>
  [title ?? name, query].filter(Boolean).map(String).map(plainText).join(': ');

/** `patchbay runs list`: lists the runs that were kept, the pinned ones first. */
export async function listRunsCommand({ search, limit, json: asJson }: ListRunsOptions): Promise<number> {
  const most = Math.min(500, Math.max(1, Math.floor(Number(limit)) || 30));
  const pages = await withJournal(({ runs }) =>
    [true, false].map((pinned) => runs.list({ limit: most, search, pinned })),
  );
  const items = (pages ?? []).flatMap((page) => page.items).slice(0, most);
  if (asJson) await json({ items });
  else if (items.length === 0)
    printLine(
      search.trim() === ''
        ? 'No runs yet. A server keeps its runs here; "patchbay run" keeps none.'
        : 'No run has these words.',
    );
  else
    for (const run of items)
      printLine(
        `${run.id} ${pad(run.status, 11)} ${run.createdAt.slice(0, 16)}Z ${run.pinned ? '* ' : ''}${nameOf(run)}`,
      );
  return EXIT.completed;
}

/** `patchbay runs show ID`: prints a run with its workflow and results as JSON. */
export async function showRunCommand(id: string): Promise<number> {
  const [run] = await detailsOf([id]);
  await json(run);
  return EXIT.completed;
}

/** A view with all its data; undefined if the file of its data is gone, or its numbers are in a file. */
async function wholeView(value: unknown): Promise<ReadView | undefined> {
  const view = readView(value);
  if (view.view === 'unloaded') return undefined;
  if (view.view !== 'stored') return view;
  const way = relative(join(dataFolder(), 'outputs'), view.file);
  if (way.startsWith('..') || isAbsolute(way)) return undefined;
  const text = await readRegular(view.file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : readView(JSON.parse(text));
}

async function comparable({ workflow, views }: RunDetail): Promise<ComparableRun> {
  const read = await Promise.all(
    Object.entries(views).map(async ([id, value]) => [id, await wholeView(value)] as const),
  );
  return { workflow, views: Object.fromEntries(read.flatMap(([id, view]) => (view ? [[id, view]] : []))) };
}

const number = (value: number | undefined) => (value === undefined ? '' : value.toFixed(4));

function sideText({ kind }: ComparedPart, side: ComparedSide | null): string {
  if (side === null) return '-';
  if (kind === 'ranks') return `${side.rank} (${number(side.value)})`;
  return [side.category, number(side.value)].filter(Boolean).map(String).map(plainText).join(' ');
}

function rowLine(part: ComparedPart, row: ComparedRow): string {
  const { item, change, before, after } = row;
  return `  ${pad(change, 8)} ${sideText(part, before)} -> ${sideText(part, after)}  ${plainText(item.title)}`;
}

/** `patchbay runs compare A B`: says what rose, fell, came and went. The studio compares in the same way. */
export async function compareRunsCommand(
  before: string,
  after: string,
  options: { readonly json: boolean },
): Promise<number> {
  const details = await detailsOf([before, after]);
  const [one, other] = await Promise.all(details.map(comparable));
  const comparison = compareRuns(one as ComparableRun, other as ComparableRun);
  if (options.json) {
    await json(comparison);
    return EXIT.completed;
  }
  for (const { nodeId, param, before: was, after: is } of comparison.params)
    printLine(`${nodeId}.${param}: ${JSON.stringify(was)} -> ${JSON.stringify(is)}`);
  if (comparison.parts.length === 0) printLine('These two runs have no results that can be compared.');
  for (const part of comparison.parts) {
    const { query, rows } = part;
    const counts = changesIn(rows);
    const told = CHANGES.filter((change) => counts[change] > 0).map(
      (change) => `${counts[change]} ${change}`,
    );
    const queries = query ? [query.before, query.after].map((item) => plainText(item?.title ?? '-')) : [];
    printLine(`${plainText(part.title ?? part.nodeId)} ${queries.join(' -> ')}: ${told.join(', ')}`);
    for (const row of rows) if (row.change !== 'same') printLine(rowLine(part, row));
  }
  return EXIT.completed;
}
