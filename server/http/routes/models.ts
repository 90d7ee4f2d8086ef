import { z } from 'zod';
import type { Downloads } from '../../hub/downloads.ts';
import { removeFetched } from '../../hub/fetched.ts';
import { listModels } from '../../hub/listing.ts';
import { downloadSchema, modelReportSchema, modelSchema } from '../../protocol.ts';
import type { Supervisor } from '../../runner/supervisor.ts';
import type { Hub } from '../hub.ts';
import { type Route, route } from '../route.ts';

/** What the routes about models need. */
export interface ModelRouteDeps {
  readonly dataFolder: string;
  readonly supervisor: Supervisor;
  readonly downloads: Downloads;
  readonly hub: Hub;
  /** Looks again which models there are. */
  readonly refreshModels: () => Promise<void>;
}

/** `/api/models` and what is below it. */
export function modelRoutes(deps: ModelRouteDeps): Route[] {
  const { dataFolder, supervisor, downloads, hub, refreshModels } = deps;
  const tag = 'Models';
  const one = (params: Readonly<Record<string, string>>, name: string) => params[name] ?? '';
  return [
    route(
      {
        method: 'get',
        path: '/api/models',
        tag,
        summary: 'List the encoders there are, and those that can be fetched',
        answers: {
          200: {
            description:
              'Those that can be used; those that cannot, with a sentence why; and those of the catalogue that are not here, with `available`.',
            schema: z.object({ items: z.array(modelSchema) }),
          },
        },
      },
      async () => ({
        status: 200,
        json: {
          items: await listModels(
            (await supervisor.models()).map((model) => ({ ...model })),
            dataFolder,
          ),
        },
      }),
    ),
    route(
      {
        method: 'get',
        path: '/api/models/downloads',
        tag,
        summary: 'List the models on their way',
        answers: {
          200: {
            description: 'Those that ended, too.',
            schema: z.object({ items: z.array(downloadSchema) }),
          },
        },
      },
      () => ({ status: 200, json: { items: downloads.list() } }),
    ),
    route(
      {
        method: 'post',
        path: '/api/models/downloads',
        tag,
        summary: 'Fetch a model',
        description:
          'Goes on whoever listens; one of a model at a time. Progress comes over Socket.IO as `downloads:changed`. One that stopped goes on from what is here.',
        body: 'fetchModel',
        answers: {
          202: { description: 'It is under way.', schema: downloadSchema },
          400: { description: 'That is no repository.' },
        },
      },
      async ({ body }) => {
        const { id, repo, revision, precision } = body;
        return { status: 202, json: await downloads.start({ repo: repo ?? id ?? '', revision, precision }) };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/api/models/downloads/:key',
        tag,
        summary: 'Stop a download',
        description:
          'What is here is kept. One that has ended is taken off the list, with what is here of it.',
        answers: { 204: { description: 'Done.' }, 404: { description: 'There is none of this key.' } },
      },
      async ({ params }) => {
        await downloads.cancel(one(params, 'key'));
        return { status: 204 };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/api/models/:id',
        tag,
        summary: 'Delete a fetched model',
        description: 'What it shares with the Hugging Face cache stays there.',
        answers: {
          204: { description: 'It is gone.' },
          409: { description: 'It was not fetched, or it is being fetched.' },
        },
      },
      async ({ params }) => {
        await removeFetched(dataFolder, one(params, 'id'));
        await refreshModels();
        hub.modelsChanged();
        return { status: 204 };
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/models/:id/verify',
        tag,
        summary: 'Check a model',
        description: 'Hashes its files, compares them with what is known of them, loads it and tries it.',
        answers: {
          200: { description: 'What was found.', schema: modelReportSchema },
          404: { description: 'There is none of this id.' },
        },
      },
      async ({ params }) => ({ status: 200, json: await supervisor.verify(one(params, 'id')) }),
    ),
  ];
}
