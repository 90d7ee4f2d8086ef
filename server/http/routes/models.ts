import { modelMessage } from '../../contract/messages/models.ts';
import type { Downloads } from '../../hub/downloads.ts';
import { listModels } from '../../hub/listing.ts';
import type { Supervisor } from '../../runner/supervisor.ts';
import type { Trash } from '../../trash/trash.ts';
import { HttpError } from '../http-error.ts';
import type { Notices } from '../notices.ts';
import { answer, type Route, route } from '../route.ts';
import { DELETED, IN_TRASH } from './runs.ts';

/** The parts that the routes of models use. */
export interface ModelRouteDeps {
  readonly dataFolder: string;
  readonly supervisor: Supervisor;
  readonly downloads: Downloads;
  readonly notices: Notices;
  readonly trash: Trash;
  /** Updates the list of models. */
  readonly refreshModels: () => Promise<void>;
}

/** `/api/models` and the routes below it. */
export function modelRoutes(deps: ModelRouteDeps): Route[] {
  const { dataFolder, supervisor, downloads, notices, refreshModels } = deps;
  const tag = 'Models';
  return [
    route(
      'listModels',
      {
        tag,
        summary: 'List the encoders, including those to download',
        answers: {
          200: {
            description:
              'Usable models; models that cannot be used, with the reason; and models of the catalogue that can be downloaded, with `available`.',
          },
        },
      },
      async () => {
        const blocked = new Set(supervisor.blocked());
        const present = (await supervisor.models()).map((model) => ({
          ...model,
          ...(blocked.has(model.id) && { blocked: true as const }),
        }));
        return answer(200, { items: await listModels(present, dataFolder) });
      },
    ),
    route(
      'listDownloads',
      {
        tag,
        summary: 'List the downloads of models',
        answers: {
          200: {
            description: 'All downloads, including those that have ended.',
          },
        },
      },
      () => answer(200, { items: downloads.list() }),
    ),
    route(
      'startDownload',
      {
        tag,
        summary: 'Download a model',
        description:
          'The download continues if the client leaves. Each model has one download at a time. Progress comes over Socket.IO as `downloads:changed`. A stopped download resumes.',
        answers: {
          202: { description: 'The download has started.' },
          400: { description: 'This is not the name of a repository.' },
        },
      },
      async ({ body }) => {
        const { id, repo, revision, precision } = await body();
        return answer(202, await downloads.start({ repo: repo ?? id ?? '', revision, precision }));
      },
    ),
    route(
      'stopDownload',
      {
        tag,
        summary: 'Stop a download',
        description:
          'The downloaded part is kept. A download that has ended is removed from the list, together with its incomplete files.',
        answers: {
          204: { description: 'Done.' },
          404: { description: 'There is no download with this key.' },
        },
      },
      async ({ params }) => {
        await downloads.cancel(params.key);
        return answer(204);
      },
    ),
    route(
      'deleteModel',
      {
        tag,
        summary: 'Delete a downloaded model',
        description: `Files in the Hugging Face cache stay there. ${IN_TRASH}`,
        answers: {
          200: DELETED,
          409: { description: 'The model was not downloaded by Patchbay, or its download is running.' },
        },
      },
      async ({ params }) => {
        const entry = await deps.trash.addModel(params.id);
        await refreshModels();
        notices.modelsChanged();
        return answer(200, entry);
      },
    ),
    route(
      'unblockModel',
      {
        tag,
        summary: 'Allow a blocked model again',
        description: 'For a model that is not used because it crashed the process that runs models twice.',
        answers: {
          204: { description: 'Done.' },
          404: { description: 'No model with this id is blocked.' },
        },
      },
      ({ params }) => {
        if (!supervisor.pardon(params.id))
          throw new HttpError(404, modelMessage('model.not-blocked', { model: params.id.slice(0, 80) }));
        notices.modelsChanged();
        return answer(204);
      },
    ),
    route(
      'verifyModel',
      {
        tag,
        summary: 'Check a model',
        description: 'Hashes the files, compares them with their known hashes, loads the model and tries it.',
        answers: {
          200: { description: 'The results of the checks.' },
          404: { description: 'There is no model with this id.' },
        },
      },
      async ({ params }) => answer(200, await supervisor.verify(params.id)),
    ),
  ];
}
