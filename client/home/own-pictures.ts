import { create } from 'zustand';
import type { Workflow } from '../../workflows/workflow.ts';
import { t } from '../strings/index.ts';
import { told } from '../strings/told.ts';
import { type Dropped, isPictureName, uploadFolder, uploadPictures } from '../widgets/drops.ts';

/** Pictures of one's own that take the place of the samples. */
export interface OwnPictures {
  /** Path of their folder; absent for a single picture. */
  readonly folder?: string;
  /** Path of the picture that is searched with. */
  readonly query: string;
  readonly count: number;
}

interface OwnState {
  readonly own: OwnPictures | null;
  /** Files that are on their way. */
  readonly adding: { readonly done: number; readonly total: number } | null;
  /** A sentence about the last drop. */
  readonly told: string | null;
}

/** What was dropped on home. */
export const useOwnPictures = create<OwnState>(() => ({ own: null, adding: null, told: null }));

let adding: AbortController | undefined;

/** Takes no more of what was dropped; all stays as it was. */
export const cancelAdding = (): void => adding?.abort();

/** Uploads what was dropped or chosen. Resolves undefined where there was nothing to take; the store says why. */
export async function takeOwn(dropped: Dropped): Promise<OwnPictures | undefined> {
  const files = dropped.files.filter(({ path }) => isPictureName(path));
  const left = dropped.files.length - files.length;
  if (files.length === 0) {
    useOwnPictures.setState({ told: t('home.noPictures') });
    return undefined;
  }
  const total = files.length;
  // Whoever drops something else wants that instead.
  adding?.abort();
  const own = new AbortController();
  adding = own;
  const { signal } = own;
  const tell = (state: Partial<OwnState>) => {
    if (adding === own) useOwnPictures.setState(state);
  };
  tell({ adding: { done: 0, total }, told: null });
  try {
    const [query = ''] = await uploadPictures(files.slice(0, 1), undefined, signal);
    const folder =
      total === 1 && dropped.folder === undefined
        ? undefined
        : await uploadFolder({ ...dropped, files }, (done) => tell({ adding: { done, total } }), signal);
    const pictures = { query, count: total, ...(folder !== undefined && { folder }) };
    tell({ own: pictures, told: left > 0 ? t('home.someLeft', { count: left }) : null });
    return pictures;
  } catch (error) {
    const sentence = told(error instanceof Error ? error.message : String(error));
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
