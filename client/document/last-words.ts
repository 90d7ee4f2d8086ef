import { z } from 'zod';
import type { Workflow } from '../../workflows/workflow.ts';
import type { JournalSession } from './session-store.ts';

/** A session as a page saves it while closing, without the workflows that are already in the journal. */
export type LeftSession = Omit<JournalSession, 'tabs'> & {
  readonly tabs: readonly (Omit<JournalSession['tabs'][number], 'workflow'> & {
    readonly workflow?: Workflow;
  })[];
};

/** Saves a session while the page closes. IndexedDB may not finish in time; localStorage writes synchronously. */
export interface LastWords {
  /** Writes immediately. Writes nothing if there is no room. */
  say(session: LeftSession): void;
  /** Every session that was saved and not removed since. */
  all(): readonly LeftSession[];
  takeBack(id: string): void;
}

const KEY = 'patchbay-last-words:';
/**
 * The most characters that one window may save: well below the five million of a site. Larger sessions are only in the
 * journal.
 */
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
      // The studio wrote this. A schema would drop fields that this version does not know.
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

/** Last words in localStorage: one small key for each window. */
export function lastWordsIn(storage: Storage): LastWords {
  return {
    say(session) {
      try {
        const text = JSON.stringify(session);
        if (text.length > MOST) storage.removeItem(KEY + session.id);
        else storage.setItem(KEY + session.id, text);
      } catch {
        // Storage is full or blocked. The journal then holds all but the last changes.
      }
    },
    all() {
      const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
      return keys.flatMap((key) => (key.startsWith(KEY) ? (read(storage.getItem(key)) ?? []) : []));
    },
    takeBack: (id) => storage.removeItem(KEY + id),
  };
}

/** The sessions of the journal with their last words applied, wherever those are newer. */
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
