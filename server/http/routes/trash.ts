import type { CollectionLibrary } from '../../collections/library.ts';
import type { Deletion, TrashKind } from '../../contract/trash.ts';
import { TRASH_DAYS } from '../../contract/trash.ts';
import type { LabelStore } from '../../labels/store.ts';
import type { Trash } from '../../trash/trash.ts';
import { notFound } from '../http-error.ts';
import type { Notices } from '../notices.ts';
import { answer, type Route, route } from '../route.ts';

/** The parts that the routes of the trash use. */
export interface TrashRouteDeps {
  readonly trash: Trash;
  readonly notices: Notices;
  readonly labels: Pick<LabelStore, 'touched'>;
  readonly collections: Pick<CollectionLibrary, 'look'>;
  /** Updates the list of models. */
  readonly refreshModels: () => Promise<void>;
  /** Says what a deletion would take away; undefined if there is nothing of this name. */
  readonly describe: (kind: TrashKind, key: string) => Promise<Deletion | undefined>;
}

/** `/api/trash`. */
export function trashRoutes(deps: TrashRouteDeps): Route[] {
  const { trash, notices, labels, collections, refreshModels, describe } = deps;
  const tag = 'Trash';
  const missing = { description: 'The trash has no such entry.' };
  return [
    route(
      'listTrash',
      {
        tag,
        summary: 'List what was deleted and can be restored, newest first',
        description: `Deleted runs, workflows, folders of uploads, models, label sets and collections stay in the trash for ${TRASH_DAYS} days.`,
        answers: { 200: { description: 'All entries, and their size together.' } },
      },
      async () => answer(200, await trash.list()),
    ),
    route(
      'describeDeletion',
      {
        tag,
        summary: 'Say what a deletion would take away',
        description:
          'The number and size of the files, and the saved workflows that use them. Nothing is deleted.',
        answers: {
          200: { description: 'What would go.' },
          404: { description: 'There is nothing of this kind and name.' },
        },
      },
      async ({ query: { kind, key } }) => {
        const found = await describe(kind, key);
        if (!found) throw notFound(kind, key);
        return answer(200, found);
      },
    ),
    route(
      'restoreTrash',
      {
        tag,
        summary: 'Restore something deleted',
        answers: {
          200: { description: 'It is back where it was.' },
          404: missing,
          409: { description: 'Its place is taken. Nothing has changed.' },
        },
      },
      async ({ params }) => {
        const entry = await trash.restore(params.id);
        if (entry.kind === 'run') notices.queueChanged();
        if (entry.kind === 'workflow')
          notices.workflowChanged({ id: entry.key, revision: entry.revisions ?? 1 });
        if (entry.kind === 'model') {
          await refreshModels();
          notices.modelsChanged();
        }
        if (entry.kind === 'collection') await collections.look();
        if (entry.kind === 'labels') await labels.touched(entry.key, 'created');
        return answer(200, entry);
      },
    ),
    route(
      'purgeTrash',
      {
        tag,
        summary: 'Delete an entry of the trash for good',
        answers: { 200: { description: 'What is gone.' }, 404: missing },
      },
      async ({ params }) => answer(200, await trash.purge(params.id)),
    ),
    route(
      'emptyTrash',
      {
        tag,
        summary: 'Empty the trash for good',
        answers: { 200: { description: 'What is gone.' } },
      },
      async () => answer(200, await trash.empty()),
    ),
  ];
}
