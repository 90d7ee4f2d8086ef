import type { LabelChange, LabelEdit, LabelsChanged } from '../../../server/contract/labels.ts';
import { MAX_CHANGES } from '../../../server/contract/labels.ts';
import { ApiError } from '../api/http.ts';
import { changeLabels } from '../api/labels.ts';

/** Where a window keeps changes that it could not send, in its session storage. */
const UNSENT = 'patchbay-unsent-categories';

/** Changes of one set, to be sent in one request. */
export interface Parcel {
  readonly set: string;
  readonly edits: readonly LabelEdit[];
  readonly changes: readonly LabelChange[];
  /** Names a parcel that is sent alone, so that it can be taken back alone. */
  readonly id?: string;
}

/** What those who send parcels hear of all of them. */
export interface Reader {
  /** The server has kept a parcel. */
  kept(parcel: Parcel, answer: LabelsChanged): void;
  /** The server will never keep it. */
  refused(parcel: Parcel, error: ApiError): void;
  /** How many changes wait, and whether the server is away. */
  state?(waiting: number, isAway: boolean): void;
}

/** Pauses between two attempts while the server does not answer, in milliseconds. */
const AGAIN_MS = [500, 1000, 2000, 3000] as const;

const whichPicture = ({ hash, ref, path }: LabelChange): string => hash ?? ref ?? path ?? '';
const sizeOf = ({ edits, changes }: Parcel): number => edits.length + changes.length;

/** Adds a parcel behind others. Changes of the same set travel together; the last change of a picture counts. */
export function packed(parcels: readonly Parcel[], next: Parcel): readonly Parcel[] {
  const last = parcels.at(-1);
  // Edits come first in a request, so they cannot follow changes in one.
  const fits =
    last !== undefined &&
    !last.id &&
    !next.id &&
    last.set === next.set &&
    (next.edits.length === 0 || last.changes.length === 0);
  if (!fits) return [...parcels, next];
  const changes = new Map(last.changes.map((change) => [whichPicture(change), change]));
  for (const change of next.changes) {
    const picture = whichPicture(change);
    changes.delete(picture);
    changes.set(picture, change);
  }
  if (changes.size > MAX_CHANGES) return [...parcels, next];
  return [
    ...parcels.slice(0, -1),
    { set: last.set, edits: [...last.edits, ...next.edits], changes: [...changes.values()] },
  ];
}

/** Whether the server may keep the parcel later: it did not answer, or it is starting or overloaded. */
export const isAway = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 502);

function stored(): Parcel[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(UNSENT) ?? '[]');
    // Only this module writes it.
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/**
 * Sends changes in order, one request at a time. What was not sent survives a reload of the page.
 */
function createOutbox() {
  let parcels: readonly Parcel[] = [];
  let sending: Parcel | undefined;
  let fails = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const readers = new Set<Reader>();
  const waiters = new Set<() => void>();

  const all = () => (sending ? [sending, ...parcels] : parcels);
  const tellState = () => {
    const waiting = all().reduce((sum, parcel) => sum + sizeOf(parcel), 0);
    for (const reader of readers) reader.state?.(waiting, fails > 0);
  };
  const keep = () => {
    try {
      const left = all();
      if (left.length === 0) sessionStorage.removeItem(UNSENT);
      else sessionStorage.setItem(UNSENT, JSON.stringify(left));
    } catch {
      // Without room in the browser's storage, the changes are only in memory.
    }
  };
  const next = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (sending) return;
    [sending, ...parcels] = parcels;
    if (!sending) {
      keep();
      for (const wake of waiters) wake();
      waiters.clear();
      return;
    }
    const parcel = sending;
    tellState();
    try {
      const { set, edits, changes } = parcel;
      const answer = await changeLabels(set, { edits: [...edits], changes: [...changes] });
      sending = undefined;
      fails = 0;
      for (const reader of readers) reader.kept(parcel, answer);
    } catch (error) {
      sending = undefined;
      const known = error instanceof ApiError ? error : undefined;
      if (known && !isAway(known)) {
        fails = 0;
        for (const reader of readers) reader.refused(parcel, known);
      } else {
        parcels = [parcel, ...parcels];
        timer = setTimeout(() => void next(), AGAIN_MS[Math.min(fails, AGAIN_MS.length - 1)]);
        fails++;
        keep();
        tellState();
        return;
      }
    }
    tellState();
    void next();
  };
  const outbox = {
    /** Sends changes as soon as the changes before them are sent. */
    add(parcel: Parcel): void {
      if (sizeOf(parcel) === 0) return;
      parcels = packed(parcels, parcel);
      if (fails > 0) keep();
      tellState();
      if (timer === undefined) void next();
    },
    /** Tries again now, because the server is back. */
    hurry(): void {
      if (timer !== undefined) void next();
    },
    isEmpty: (): boolean => all().length === 0,
    /** Resolves when nothing waits. */
    empty: (): Promise<void> =>
      outbox.isEmpty() ? Promise.resolve() : new Promise((resolve) => void waiters.add(resolve)),
    /** The set has another name. */
    renamed(from: string, to: string): void {
      parcels = parcels.map((parcel) => (parcel.set === from ? { ...parcel, set: to } : parcel));
    },
    /** Takes a parcel back. @returns whether it was still here */
    drop(id: string): boolean {
      const left = parcels.filter((parcel) => parcel.id !== id);
      const isHere = left.length < parcels.length;
      parcels = left;
      if (isHere) keep();
      tellState();
      return isHere;
    },
    /** @returns a function that ends it */
    read(by: Reader): () => void {
      readers.add(by);
      tellState();
      return () => void readers.delete(by);
    },
    keep,
  };
  if (typeof sessionStorage !== 'undefined') parcels = stored();
  if (typeof addEventListener === 'function') {
    addEventListener('pagehide', keep);
    addEventListener('beforeunload', (event) => {
      // A reload keeps what was not sent, but a closed window would lose it.
      if (fails > 0 && !outbox.isEmpty()) event.preventDefault();
    });
  }
  if (parcels.length > 0) void next();
  return outbox;
}

/** The changes of this window that the server has not confirmed. */
export const outbox = createOutbox();
