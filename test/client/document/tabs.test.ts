import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Autosave, type WorkflowServer } from '../../../client/document/autosave.ts';
import { workflowOf } from '../../../client/document/content.ts';
import { moveItems } from '../../../client/document/edits.ts';
import { restoreSession, sessionNow } from '../../../client/document/journal.ts';
import { contentIn, documentActions, useDocument } from '../../../client/document/store.ts';
import {
  activateTab,
  closeTab,
  contentOfTab,
  openEmpty,
  openWorkflow,
  useTabs,
} from '../../../client/document/tabs.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { workflow } from './kit.ts';

const one = workflow({ load: 'image/load' });
const two = { ...workflow({ other: 'image/load' }), name: 'Other' };
const move = (x: number, id = 'load') =>
  documentActions().edit('move', (now) => moveItems(now, { [id]: { x, y: 0 } }));
const tab = (key: string) => useTabs.getState().tabs.find((each) => each.key === key)!;

/** A server that stores revisions like the real one. */
function keeper() {
  const kept = new Map<string, { revision: number; workflow: Workflow }>();
  let down = false;
  const entry = (id: string) => {
    const { revision, workflow: saved } = kept.get(id)!;
    const at = new Date(0).toISOString();
    const { name = '', nodes } = saved;
    const times = { createdAt: at, updatedAt: at, usedAt: at };
    return { id, name, description: '', revision, nodes: nodes.length, thumbnail: null, ...times };
  };
  const reach = () => {
    if (down) throw Object.assign(new Error('The server does not answer.'), { status: 0 });
  };
  const server: WorkflowServer = {
    async create(saved) {
      reach();
      const id = `w${kept.size + 1}`;
      kept.set(id, { revision: 1, workflow: saved });
      return entry(id);
    },
    async update(id, revision, saved) {
      reach();
      const present = kept.get(id)!;
      if (present.revision !== revision)
        throw Object.assign(new Error('Saved by somebody else.'), {
          status: 409,
          revision: present.revision,
        });
      kept.set(id, { revision: revision + 1, workflow: saved });
      return entry(id);
    },
    get: async (id) => kept.get(id)!,
  };
  return { server, kept, setDown: (value: boolean) => (down = value) };
}

beforeEach(() => {
  for (const { key } of useTabs.getState().tabs) closeTab(key);
});

describe('tabs', () => {
  test('each keeps its workflow and its history', () => {
    const first = openWorkflow(one);
    move(7);
    const second = openWorkflow(two);
    expect(useDocument.getState().history.past).toHaveLength(0);
    activateTab(first);
    expect(useDocument.getState().nodes.load?.position?.x).toBe(7);
    documentActions().undo();
    expect(useDocument.getState().nodes.load?.position?.x).toBe(0);
    expect(contentOfTab(second)?.nodes.other).toBeDefined();
  });

  test('a saved workflow that is open already is shown, not opened again', () => {
    const first = openWorkflow(one, { workflowId: 'w1', revision: 1 });
    openWorkflow(two);
    expect(openWorkflow(one, { workflowId: 'w1', revision: 1 })).toBe(first);
    expect(useTabs.getState().tabs).toHaveLength(2);
    expect(useTabs.getState().active).toBe(first);
  });

  test('closing shows the neighbour, and home after the last', () => {
    const first = openEmpty('a');
    const second = openEmpty('b');
    closeTab(second);
    expect(useTabs.getState().active).toBe(first);
    closeTab(first);
    expect(useTabs.getState()).toMatchObject({ tabs: [], active: null, view: 'home' });
    expect(useDocument.getState().order).toEqual([]);
  });
});

describe('autosave', () => {
  let autosave: Autosave | undefined;
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    autosave?.close();
    vi.useRealTimers();
  });
  const begin = (server: WorkflowServer) => {
    autosave = new Autosave(server);
  };

  test('what was only opened is not saved', async () => {
    const { server, kept } = keeper();
    begin(server);
    openWorkflow(one);
    await vi.advanceTimersByTimeAsync(5000);
    expect(kept.size).toBe(0);
  });

  test('a change is saved within two seconds, and the dot goes', async () => {
    const { server, kept } = keeper();
    begin(server);
    const key = openWorkflow(one);
    move(5);
    expect(tab(key).dirty).toBe(true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(kept.get('w1')?.workflow.nodes[0]?.position?.x).toBe(5);
    expect(tab(key)).toMatchObject({ dirty: false, workflowId: 'w1', revision: 1 });
  });

  test('changes that never pause are saved all the same', async () => {
    const { server, kept } = keeper();
    begin(server);
    openWorkflow(one);
    for (let x = 1; x <= 20; x++) {
      move(x);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(kept.get('w1')).toBeDefined();
  });

  test('a tab that is left is saved too', async () => {
    const { server, kept } = keeper();
    begin(server);
    openWorkflow(one);
    move(5);
    openWorkflow(two);
    await vi.advanceTimersByTimeAsync(2000);
    expect(kept.get('w1')?.workflow.nodes[0]?.position?.x).toBe(5);
  });

  test('somebody else who saved gets a conflict, not an overwrite', async () => {
    const { server, kept } = keeper();
    begin(server);
    const key = openWorkflow(one);
    move(5);
    await vi.advanceTimersByTimeAsync(2000);
    const { revision, workflow: theirs } = kept.get('w1')!;
    kept.set('w1', { revision: revision + 1, workflow: { ...theirs, name: 'Theirs' } });
    move(6);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kept.get('w1')?.workflow.name).toBe('Theirs');
    expect(tab(key)).toMatchObject({ dirty: true, conflict: 2 });
  });

  test('a save whose answer was lost is no conflict: the server has the same', async () => {
    const { server, kept } = keeper();
    begin(server);
    const key = openWorkflow(one);
    move(5);
    await vi.advanceTimersByTimeAsync(2000);
    const { workflow: ours } = kept.get('w1')!;
    // In the order in which the server returns keys.
    const nodes = ours.nodes.map((each) => ({ ...each, position: { y: 0, x: 6 } }));
    kept.set('w1', { revision: 2, workflow: { ...ours, nodes } });
    move(6);
    await vi.advanceTimersByTimeAsync(2000);
    expect(tab(key)).toMatchObject({ dirty: false, conflict: null, revision: 2 });
    move(7);
    await vi.advanceTimersByTimeAsync(2000);
    expect(kept.get('w1')).toMatchObject({ revision: 3, workflow: { nodes: [{ position: { x: 7 } }] } });
  });

  test('a server that was away gets it when it is back', async () => {
    const { server, kept, setDown } = keeper();
    begin(server);
    const key = openWorkflow(one);
    setDown(true);
    move(5);
    await vi.advanceTimersByTimeAsync(5000);
    expect(tab(key).dirty).toBe(true);
    expect(tab(key).problem).toBe('The server does not answer.');
    setDown(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(kept.get('w1')?.workflow.nodes[0]?.position?.x).toBe(5);
    expect(tab(key)).toMatchObject({ dirty: false, problem: null });
  });
});

test('a session comes back as it was left, unsaved changes included', () => {
  const first = openWorkflow(one, { workflowId: 'w1', revision: 3 });
  move(9);
  useTabs.setState({ tabs: useTabs.getState().tabs.map((each) => ({ ...each, dirty: true })) });
  openWorkflow(two);
  activateTab(first);
  const left = structuredClone(sessionNow('window'));
  for (const { key } of [...useTabs.getState().tabs]) closeTab(key);
  expect(restoreSession(left)).toEqual([first]);
  expect(useTabs.getState().tabs.map(({ name, dirty, revision }) => [name, dirty, revision])).toEqual([
    ['Test', true, 3],
    ['Other', false, null],
  ]);
  expect(useTabs.getState().active).toBe(first);
  expect(workflowOf(contentIn(useDocument.getState())).nodes[0]?.position?.x).toBe(9);
});
