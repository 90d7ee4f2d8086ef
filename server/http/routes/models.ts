import type { Downloads } from '../../hub/downloads.ts';
import { removeFetched } from '../../hub/fetched.ts';
import { listModels } from '../../hub/listing.ts';
import type { Supervisor } from '../../runner/supervisor.ts';
import type { Notices } from '../notices.ts';
import { answer, type Route, route } from '../route.ts';

/** What the routes about models need. */
export interface ModelRouteDeps {
  readonly dataFolder: string;
  readonly supervisor: Supervisor;
  readonly downloads: Downloads;
  readonly notices: Notices;
  /** Looks again which models there are. */
  readonly refreshModels: () => Promise<void>;
}

/** `/api/models` and what is below it. */
export function modelRoutes(deps: ModelRouteDeps): Route[] {
  const { dataFolder, supervisor, downloads, notices, refreshModels } = deps;
  const tag = 'Models';
  return [
    route(
      'listModels',
      {
        tag,
        summary: 'List the encoders there are, and those that can be fetched',
        answers: {
          200: {
            description:
              'Those that can be used; those that cannot, with a sentence why; and those of the catalogue that are not here, with `available`.',
          },
        },
      },
      async () =>
        answer(200, {
          items: await listModels(
            (await supervisor.models()).map((model) => ({ ...model })),
            dataFolder,
          ),
        }),
    ),
    route(
      'listDownloads',
      {
        tag,
        summary: 'List the models on their way',
        answers: {
          200: {
            description: 'Those that ended, too.',
          },
        },
      },
      () => answer(200, { items: downloads.list() }),
    ),
    route(
      'startDownload',
      {
        tag,
        summary: 'Fetch a model',
        description:
          'Goes on whoever listens; one of a model at a time. Progress comes over Socket.IO as `downloads:changed`. One that stopped goes on from what is here.',
        answers: {
          202: { description: 'It is under way.' },
          400: { description: 'That is no repository.' },
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
          'What is here is kept. One that has ended is taken off the list, with what is here of it.',
        answers: { 204: { description: 'Done.' }, 404: { description: 'There is none of this key.' } },
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
        summary: 'Delete a fetched model',
        description: 'What it shares with the Hugging Face cache stays there.',
        answers: {
          204: { description: 'It is gone.' },
          409: { description: 'It was not fetched, or it is being fetched.' },
        },
      },
      async ({ params }) => {
        await removeFetched(dataFolder, params.id);
        await refreshModels();
        notices.modelsChanged();
        return answer(204);
      },
    ),
    route(
      'verifyModel',
      {
        tag,
        summary: 'Check a model',
        description: 'Hashes its files, compares them with what is known of them, loads it and tries it.',
        answers: {
          200: { description: 'What was found.' },
          404: { description: 'There is none of this id.' },
        },
      },
      async ({ params }) => answer(200, await supervisor.verify(params.id)),
    ),
  ];
}
