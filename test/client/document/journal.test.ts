import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { moveItems } from '../../../client/document/edits.ts';
import { keepJournal } from '../../../client/document/journal.ts';
import { type LastWords, lastWordsIn, withLastWords } from '../../../client/document/last-words.ts';
import {
  type JournalSession,
  openSessionStore,
  type SessionStore,
} from '../../../client/document/session-store.ts';
import { documentActions } from '../../../client/document/store.ts';
import { closeTab, openWorkflow, useTabs } from '../../../client/document/tabs.ts';
import { workflow } from './kit.ts';

/** A storage for strings like that of a browser, in memory. */
function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

let store: SessionStore;
let lastWords: LastWords;
let kept: Storage;
let factory: IDBFactory;
let stop = () => {};

beforeEach(async () => {
  for (const { key } of useTabs.getState().tabs) closeTab(key);
  factory = new IDBFactory();
  store = await openSessionStore(factory);
  kept = storage();
  lastWords = lastWordsIn(kept);
  vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
  vi.stubGlobal('removeEventListener', events.removeEventListener.bind(events));
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

const events = new EventTarget();
const leave = () => events.dispatchEvent(new Event('pagehide'));
const move = (x: number) =>
  documentActions().edit('move', (now) => moveItems(now, { load: { x, y: 0 } }), { merge: String(x) });
const placeIn = (sessions: readonly JournalSession[]) =>
  sessions.flatMap(({ tabs }) => tabs.map(({ workflow }) => workflow.nodes[0]?.position?.x));
const inJournal = async () => placeIn(await store.all());
const comesBack = async () => placeIn(withLastWords(await store.all(), lastWords.all()));

test('an edit is in the journal soon after, and comes back from another opening of it', async () => {
  stop = keepJournal(store, lastWords, 'window', 5);
  openWorkflow(workflow({ load: 'image/load' }));
  move(42);
  const again = await openSessionStore(factory);
  await vi.waitFor(async () => expect(placeIn(await again.all())).toEqual([42]));
});

test('an edit that the journal has not taken when the page goes comes back by its last words', async () => {
  const slow: SessionStore = { ...store, put: () => new Promise(() => {}) };
  stop = keepJournal(slow, lastWords, 'window', 60_000);
  openWorkflow(workflow({ load: 'image/load' }));
  move(42);
  leave();
  expect(await inJournal()).toEqual([]);
  expect(await comesBack()).toEqual([42]);
});

test('last words hold only the workflows that the journal does not have, and the others come back with them', async () => {
  let isStuck = false;
  const put: SessionStore['put'] = (session) => (isStuck ? new Promise(() => {}) : store.put(session));
  stop = keepJournal({ ...store, put }, lastWords, 'window', 5);
  openWorkflow(workflow({ load: 'image/load' }), { name: 'Other' });
  openWorkflow(workflow({ load: 'image/load' }), { name: 'Edited' });
  await vi.waitFor(async () => expect(await inJournal()).toEqual([0, 0]));
  isStuck = true;
  move(7);
  leave();
  const said = lastWords.all().flatMap(({ tabs }) => tabs.map(({ workflow: whole }) => whole !== undefined));
  expect(said).toEqual([false, true]);
  expect(await comesBack()).toEqual([0, 7]);
});

test('last words are taken back once the journal has what they say', async () => {
  stop = keepJournal(store, lastWords, 'window', 5);
  openWorkflow(workflow({ load: 'image/load' }));
  move(42);
  leave();
  expect(lastWords.all()).toHaveLength(1);
  await vi.waitFor(() => expect(lastWords.all()).toEqual([]));
  expect(await inJournal()).toEqual([42]);
});

test('a page that goes with nothing left to write says nothing', async () => {
  stop = keepJournal(store, lastWords, 'window', 5);
  openWorkflow(workflow({ load: 'image/load' }));
  await vi.waitFor(async () => expect(await inJournal()).toEqual([0]));
  leave();
  expect(lastWords.all()).toEqual([]);
});

test('last words that are older than the journal, or no session, change nothing', async () => {
  stop = keepJournal(store, lastWords, 'window', 5);
  openWorkflow(workflow({ load: 'image/load' }));
  move(42);
  await vi.waitFor(async () => expect(await inJournal()).toEqual([42]));
  lastWords.say({ id: 'window', active: null, view: 'home', at: 0, tabs: [] });
  kept.setItem('patchbay-last-words:broken', '{"tabs": 1}');
  expect(await comesBack()).toEqual([42]);
});

test('a session too large for a site’s storage is left to the journal', () => {
  lastWords.say({ id: 'window', active: null, view: 'home', at: 1, tabs: [] });
  const name = 'x'.repeat(2_000_000);
  lastWords.say({
    id: 'window',
    active: null,
    view: 'home',
    at: 2,
    tabs: [{ key: 'a', workflowId: null, revision: null, name, dirty: true }],
  });
  expect(lastWords.all()).toEqual([]);
});
