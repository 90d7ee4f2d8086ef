import type { Content } from './content.ts';

/** How many steps can be undone. */
export const MAX_STEPS = 200;
/** Changes of one field within this time are one step of undo, in milliseconds. */
export const GESTURE_MS = 1500;

/** A step that can be undone. Contents share their unchanged parts, so a step only costs what it changed. */
export interface Step {
  /** Describes the step in the menu: a key of the strings. */
  readonly label: string;
  readonly before: Content;
  readonly selection: ReadonlySet<string>;
}

/** Past and future of one workflow. */
export interface History {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /** The merge key and the time of the last step, if it can still be merged. */
  readonly merge: { readonly key: string; readonly at: number } | null;
}

/** An empty history. */
export const NO_HISTORY: History = { past: [], future: [], merge: null };

/** Records a step. Steps with the same merge key within one gesture become one. */
export function record(history: History, step: Step, mergeKey: string | undefined, now: number): History {
  const { merge, past } = history;
  const merge_ = mergeKey === undefined ? null : { key: mergeKey, at: now };
  if (merge && merge.key === mergeKey && now - merge.at < GESTURE_MS && past.length > 0)
    return { past, future: [], merge: merge_ };
  return { past: [...past, step].slice(-MAX_STEPS), future: [], merge: merge_ };
}

/** Ends the gesture: the next change becomes a new step. */
export function endGesture(history: History): History {
  return history.merge ? { ...history, merge: null } : history;
}

interface Present {
  readonly content: Content;
  readonly selection: ReadonlySet<string>;
}

/** Undoes one step; undefined if there is none. */
export function stepBack(history: History, present: Present): (Present & { history: History }) | undefined {
  const step = history.past.at(-1);
  if (!step) return undefined;
  const redo: Step = { label: step.label, before: present.content, selection: present.selection };
  return {
    content: step.before,
    selection: step.selection,
    history: { past: history.past.slice(0, -1), future: [...history.future, redo], merge: null },
  };
}

/** Redoes one step; undefined if there is none. */
export function stepForth(history: History, present: Present): (Present & { history: History }) | undefined {
  const step = history.future.at(-1);
  if (!step) return undefined;
  const undo: Step = { label: step.label, before: present.content, selection: present.selection };
  return {
    content: step.before,
    selection: step.selection,
    history: { past: [...history.past, undo], future: history.future.slice(0, -1), merge: null },
  };
}
