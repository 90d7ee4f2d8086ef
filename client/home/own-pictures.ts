import { create } from 'zustand';
import type { Workflow } from '../../workflows/workflow.ts';
import { useRuns } from '../runs/store.ts';
import { browse } from '../ui/api/files.ts';
import { ApiError } from '../ui/api/http.ts';
import { listText, sentencesText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import {
  type Dropped,
  isClutter,
  isPictureName,
  type OnProgress,
  uploadFolder,
  uploadPictures,
} from '../widgets/drops.ts';
import { tellCopied } from '../widgets/tell-copied.tsx';

/** The user's own pictures, used instead of the samples. */
export interface OwnPictures {
  /** Path of their folder; undefined for a single picture. */
  readonly folder?: string;
  /** Path of the picture to search with. */
  readonly query: string;
  /** Number of pictures in the folder; 1 without a folder. */
  readonly count: number;
  /** Whether the user chose the query picture; false if it is the first picture of the folder. */
  readonly chosen: boolean;
}

/** State of the user's own pictures. */
export interface OwnState {
  readonly own: OwnPictures | null;
  /** Progress of the upload. */
  readonly adding: {
    readonly done: number;
    readonly total: number;
    readonly bytes: number;
    readonly allBytes: number;
  } | null;
  /** A sentence about the last drop. */
  readonly told: string | null;
}

const KEY = 'patchbay-own-pictures';

function kept(): OwnPictures | null {
  try {
    const own = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<OwnPictures> | null;
    return typeof own?.query === 'string' && typeof own.count === 'number' ? (own as OwnPictures) : null;
  } catch {
    return null;
  }
}

/** The pictures dropped on the home page. This browser remembers them. */
export const useOwnPictures = create<OwnState>(() => ({ own: kept(), adding: null, told: null }));

useOwnPictures.subscribe(({ own }, before) => {
  if (own === before.own) return;
  try {
    if (own) localStorage.setItem(KEY, JSON.stringify(own));
    else localStorage.removeItem(KEY);
  } catch {
    // Storage is blocked: a reload shows the samples.
  }
});

/** Goes back to the samples if the remembered folder is no longer on the server. */
export async function checkOwnPictures(): Promise<void> {
  const { own } = useOwnPictures.getState();
  if (own?.folder === undefined) return;
  await browse(own.folder).catch((error: unknown) => {
    const isGone = error instanceof ApiError && error.status >= 400 && error.status < 500;
    if (isGone && useOwnPictures.getState().own === own) useOwnPictures.setState({ own: null });
  });
}

/** What was said when the server did not respond. */
let unanswered: string | undefined;

// The server is back: nothing says any more that it does not respond.
useRuns.subscribe(({ connection }, before) => {
  if (connection !== 'online' || connection === before.connection) return;
  if (unanswered !== undefined && useOwnPictures.getState().told === unanswered)
    useOwnPictures.setState({ told: null });
  unanswered = undefined;
});

let adding: AbortController | undefined;

/** Cancels the upload. The pictures that were used before stay in use. */
export const cancelAdding = (): void => adding?.abort();

/** The most skipped files to name. */
const MAX_NAMED = 3;

/** Which files were skipped, and what to do about HEIC pictures from phones. */
function leftOut(names: readonly string[]): string | null {
  const [first] = names;
  if (first === undefined) return null;
  const called = listText(names.slice(0, MAX_NAMED));
  const sentence =
    names.length > MAX_NAMED
      ? t('home.someLeft', { names: called, count: names.length - MAX_NAMED })
      : t('home.left', { names: called });
  return names.some((name) => /\.(heic|heif)$/i.test(name))
    ? sentencesText([sentence, t('home.heic')])
    : sentence;
}

/** Combines a single picture and a folder, which can arrive in any order: neither replaces the other. */
function joined(next: OwnPictures, before: OwnPictures | null): OwnPictures {
  if (!before) return next;
  if (next.folder === undefined)
    return before.folder === undefined ? next : { ...next, folder: before.folder, count: before.count };
  return before.chosen ? { ...next, query: before.query, chosen: true } : next;
}

/** Uploads dropped or chosen pictures. Resolves to undefined if there were none. The store then contains the reason. */
export async function takeOwn(dropped: Dropped): Promise<OwnPictures | undefined> {
  const files = dropped.files.filter(({ path }) => isPictureName(path));
  const left = leftOut(
    dropped.files.filter(({ path }) => !isPictureName(path) && !isClutter(path)).map(({ file }) => file.name),
  );
  if (files.length === 0) {
    useOwnPictures.setState({
      told: sentencesText([t('home.noPictures'), ...(left === null ? [] : [left])]),
    });
    return undefined;
  }
  const total = files.length;
  // A new drop replaces the upload in progress.
  adding?.abort();
  const mine = new AbortController();
  adding = mine;
  const { signal } = mine;
  const tell = (state: Partial<OwnState>) => {
    if (adding === mine) useOwnPictures.setState(state);
  };
  const allBytes = files.reduce((sum, { file }) => sum + file.size, 0);
  tell({ adding: { done: 0, total, bytes: 0, allBytes }, told: null });
  try {
    let pictures: OwnPictures;
    if (total === 1 && dropped.folder === undefined) {
      const [query = ''] = await uploadPictures(files, undefined, signal);
      pictures = { query, count: 1, chosen: true };
    } else {
      const onProgress: OnProgress = (done, _, bytes) => tell({ adding: { done, total, bytes, allBytes } });
      const before = useOwnPictures.getState().own;
      const uploaded = await uploadFolder({ ...dropped, files }, onProgress, signal);
      const { folder, first } = uploaded;
      pictures = { folder, query: first, count: total, chosen: false };
      tellCopied(uploaded, { files }, () => useOwnPictures.setState({ own: before, told: null }));
    }
    const own = joined(pictures, useOwnPictures.getState().own);
    tell({ own, told: left });
    return own;
  } catch (error) {
    const sentence = told(messageOf(error));
    if (error instanceof ApiError && error.status === 0) unanswered = sentence;
    tell({ told: signal.aborted ? t('home.addingCancelled') : sentence });
    return undefined;
  } finally {
    tell({ adding: null });
  }
}

/** A workflow with the user's pictures instead of the samples. */
export function withOwnPictures(workflow: Workflow, own: OwnPictures | null): Workflow {
  if (!own) return workflow;
  return {
    ...workflow,
    nodes: workflow.nodes.map((node) => {
      // Wrong categories are planted in samples only.
      if (node.type === 'label/mix-up') return { ...node, params: { ...node.params, share: 0 } };
      const path = node.params?.path;
      if (typeof path !== 'string' || !path.startsWith('sample:')) return node;
      const replacement =
        node.type === 'image/load-folder'
          ? own.folder
          : node.type === 'image/load-image'
            ? own.query
            : undefined;
      return replacement === undefined ? node : { ...node, params: { ...node.params, path: replacement } };
    }),
  };
}
