import { create } from 'zustand';
import type { Workflow } from '../../workflows/workflow.ts';
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

/** Pictures of one's own that take the place of the samples. */
export interface OwnPictures {
  /** Path of their folder; absent for a single picture. */
  readonly folder?: string;
  /** Path of the picture that is searched with. */
  readonly query: string;
  /** Pictures in the folder; 1 without one. */
  readonly count: number;
  /** Whether the query was given by itself, and not just taken from the folder. */
  readonly chosen: boolean;
}

/** What is known of one's own pictures. */
export interface OwnState {
  readonly own: OwnPictures | null;
  /** Files that are on their way. */
  readonly adding: {
    readonly done: number;
    readonly total: number;
    readonly bytes: number;
    readonly allBytes: number;
  } | null;
  /** A sentence about the last drop. */
  readonly told: string | null;
}

/** What was dropped on home. */
export const useOwnPictures = create<OwnState>(() => ({ own: null, adding: null, told: null }));

let adding: AbortController | undefined;

/** Takes no more of what was dropped; all stays as it was. */
export const cancelAdding = (): void => adding?.abort();

/** Most files that are called by name when they are left out. */
const MAX_NAMED = 3;

/** Which files were left out, and what to do about those that phones make. */
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

/** A picture alone joins the folder that is there, and a folder the picture that was given by itself: neither drives the other out. */
function joined(next: OwnPictures, before: OwnPictures | null): OwnPictures {
  if (!before) return next;
  if (next.folder === undefined)
    return before.folder === undefined ? next : { ...next, folder: before.folder, count: before.count };
  return before.chosen ? { ...next, query: before.query, chosen: true } : next;
}

/** Uploads what was dropped or chosen. Resolves undefined where there was nothing to take; the store says why. */
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
  // Whoever drops something else wants that instead.
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
      const { folder, first } = await uploadFolder({ ...dropped, files }, onProgress, signal);
      pictures = { folder, query: first, count: total, chosen: false };
    }
    const own = joined(pictures, useOwnPictures.getState().own);
    tell({ own, told: left });
    return own;
  } catch (error) {
    const sentence = told(messageOf(error));
    tell({ told: signal.aborted ? t('home.addingCancelled') : sentence });
    return undefined;
  } finally {
    tell({ adding: null });
  }
}

/** A workflow with one's own pictures wherever it has samples. */
export function withOwnPictures(workflow: Workflow, own: OwnPictures | null): Workflow {
  if (!own) return workflow;
  return {
    ...workflow,
    nodes: workflow.nodes.map((node) => {
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
