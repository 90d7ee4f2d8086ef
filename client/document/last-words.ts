import { z } from 'zod';
import type { Workflow } from '../../workflows/workflow.ts';
import type { JournalSession } from './session-store.ts';

/** A session as a page leaves it: a workflow that the journal has already is left out. */
export type LeftSession = Omit<JournalSession, 'tabs'> & {
  readonly tabs: readonly (Omit<JournalSession['tabs'][number], 'workflow'> & {
    readonly workflow?: Workflow;
  })[];
};

/**
 * What a page says while it goes: IndexedDB promises nothing that is not done by then, and localStorage has no other way
 * than to be done.
 */
export interface LastWords {
  /** Said at once, or not at all where there is no room. */
  say(session: LeftSession): void;
  /** What every window said that was not taken back. */
  all(): readonly LeftSession[];
  takeBack(id: string): void;
}

const KEY = 'patchbay-last-words:';
/** Most characters of one window, well below the five million that a site may keep; what is larger is the journal's alone. */
const MOST = 2_000_000;

const saidSchema = z.object({
  id: z.string(),
  active: z.string().nullable(),
  view: z.enum(['home', 'canvas', 'form']),
  at: z.number(),
  tabs: z.array(
    z.object({
      key: z.string(),
      workflowId: z.string().nullable(),
      revision: z.number().nullable(),
      name: z.string(),
      dirty: z.boolean(),
      // Written by the editor itself, which keeps what it does not know: no schema may lose it here.
      workflow: z.custom<Workflow>((value) => typeof value === 'object' && value !== null).optional(),
    }),
  ),
});

function read(text: string | null): LeftSession | undefined {
  try {
    return saidSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

/** Last words in a storage that writes at once, one small key for each window. */
export function lastWordsIn(storage: Storage): LastWords {
  return {
    say(session) {
      try {
        const text = JSON.stringify(session);
        if (text.length > MOST) storage.removeItem(KEY + session.id);
        else storage.setItem(KEY + session.id, text);
      } catch {
        // Full or forbidden: then the journal does what it can.
      }
    },
    all() {
      const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
      return keys.flatMap((key) => (key.startsWith(KEY) ? (read(storage.getItem(key)) ?? []) : []));
    },
    takeBack: (id) => storage.removeItem(KEY + id),
  };
}

/** The sessions of the journal as their pages left them, whichever of the two is newer. */
export function withLastWords(
  sessions: readonly JournalSession[],
  said: readonly LeftSession[],
): JournalSession[] {
  const all = new Map(sessions.map((session) => [session.id, session]));
  for (const left of said) {
    const kept = all.get(left.id);
    if (kept && kept.at > left.at) continue;
    const known = new Map(kept?.tabs.map(({ key, workflow }) => [key, workflow]));
    const tabs = left.tabs.flatMap((tab) => {
      const workflow = tab.workflow ?? known.get(tab.key);
      return workflow ? [{ ...tab, workflow }] : [];
    });
    all.set(left.id, { ...left, tabs });
  }
  return [...all.values()];
}
