import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { moveItems } from '../../../client/document/edits.ts';
import { keepJournal, openSessionStore } from '../../../client/document/journal.ts';
import { documentActions } from '../../../client/document/store.ts';
import { closeTab, openWorkflow, useTabs } from '../../../client/document/tabs.ts';
import { workflow } from './kit.ts';

beforeEach(() => {
  for (const { key } of useTabs.getState().tabs) closeTab(key);
});

test('an edit is in the journal soon after, and comes back from another opening of it', async () => {
  const factory = new IDBFactory();
  const store = await openSessionStore(factory);
  const stop = keepJournal(store, 'window', 5);
  openWorkflow(workflow({ load: 'image/load' }));
  documentActions().edit('move', (now) => moveItems(now, { load: { x: 42, y: 0 } }));
  const again = await openSessionStore(factory);
  await vi.waitFor(async () => {
    const [session] = await again.all();
    expect(session?.tabs[0]?.workflow.nodes[0]?.position).toEqual({ x: 42, y: 0 });
  });
  stop();
  await store.remove('window');
});
