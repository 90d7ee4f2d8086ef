import { type Content, isSameContent, workflowOf } from './content.ts';
import type { LastWords } from './last-words.ts';
import type { JournalSession, SessionStore } from './session-store.ts';
import { useDocument } from './store.ts';
import { activateTab, contentOfTab, openWorkflow, useTabs } from './tabs.ts';

/** Everything that is open in this window. */
export function sessionNow(id: string): JournalSession {
  const { tabs, active, view } = useTabs.getState();
  return {
    id,
    active,
    view,
    at: Date.now(),
    tabs: tabs.flatMap(({ key, workflowId, revision, name, dirty, run, view: shown }) => {
      const content = contentOfTab(key);
      return content
        ? [{ key, workflowId, revision, name, dirty, run, view: shown, workflow: workflowOf(content) }]
        : [];
    }),
  };
}

/** Restores a session. Returns the tabs with unsaved changes. */
export function restoreSession(session: JournalSession): string[] {
  for (const { workflow, ...options } of session.tabs) openWorkflow(workflow, options);
  if (session.active !== null) activateTab(session.active, session.view);
  if (session.view === 'home') useTabs.setState({ view: 'home' });
  return session.tabs.filter((tab) => tab.dirty).map((tab) => tab.key);
}

/** The longest time before a change is on disk, in milliseconds. */
export const JOURNAL_MS = 300;

/**
 * Writes the session to disk soon after every change. When the page closes, unwritten changes go into the last words.
 * Returns a function that stops this.
 */
export function keepJournal(
  store: SessionStore,
  lastWords: LastWords,
  id: string,
  wait = JOURNAL_MS,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing = Promise.resolve();
  /** The content of each tab that is known to be in the journal. */
  let written: ReadonlyMap<string, Content> = new Map();
  let changes = 0;
  let changesWritten = 0;

  async function put(): Promise<void> {
    const [now, contents] = [changes, openContents()];
    await store.put(sessionNow(id));
    [changesWritten, written] = [now, contents];
    if (changes === now) lastWords.takeBack(id);
  }
  const write = () => {
    timer = undefined;
    writing = writing.then(put).catch(() => {});
  };
  const soon = () => {
    changes += 1;
    timer ??= setTimeout(write, wait);
  };
  const stops = [
    useTabs.subscribe(soon),
    useDocument.subscribe((state, before) => {
      // A change of the selection alone is not worth a write.
      if (state.history !== before.history || state.nodes !== before.nodes || state.tab !== before.tab)
        soon();
    }),
  ];
  const flush = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    write();
  };
  const leave = () => {
    if (changes === changesWritten) return;
    const session = sessionNow(id);
    const tabs = session.tabs.map(({ workflow, ...tab }) =>
      isSameContent(contentOfTab(tab.key), written.get(tab.key)) ? tab : { ...tab, workflow },
    );
    lastWords.say({ ...session, tabs });
    flush();
  };
  const hide = () => document.visibilityState === 'hidden' && leave();
  globalThis.addEventListener?.('pagehide', leave);
  globalThis.document?.addEventListener('visibilitychange', hide);
  // Content restored from last words is not in the journal yet.
  soon();
  return () => {
    for (const stop of stops) stop();
    flush();
    globalThis.removeEventListener?.('pagehide', leave);
    globalThis.document?.removeEventListener('visibilitychange', hide);
  };
}

/** The content of every open tab. */
function openContents(): ReadonlyMap<string, Content> {
  return new Map(
    useTabs.getState().tabs.flatMap(({ key }) => {
      const content = contentOfTab(key);
      return content ? [[key, content] as const] : [];
    }),
  );
}
