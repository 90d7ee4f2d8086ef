import type { NodeDescriptor } from '../../../nodes/sdk/index.ts';
import type { Health } from '../../contract/http.ts';
import type { Supervisor } from '../../runner/supervisor.ts';
import { answer, type Route, route } from '../route.ts';

/** What the routes about the server itself need. */
export interface AboutRouteDeps {
  readonly descriptors: readonly NodeDescriptor[];
  readonly supervisor: Supervisor;
  readonly health: () => Health;
}

/** `/api/nodes`, `/api/devices`, `/api/health`. */
export function aboutRoutes({ descriptors, supervisor, health }: AboutRouteDeps): Route[] {
  const tag = 'About';
  return [
    route(
      'listNodes',
      {
        tag,
        summary: 'List what a graph can do',
        answers: { 200: { description: 'All node definitions, as the editor draws them.' } },
      },
      () => answer(200, { items: descriptors }),
    ),
    route(
      'listDevices',
      {
        tag,
        summary: 'List the devices there are',
        answers: {
          200: {
            description: 'Which one is used, and why each other is not.',
          },
        },
      },
      async () => answer(200, await supervisor.devices()),
    ),
    route(
      'getHealth',
      { tag, summary: 'See how the server is', answers: { 200: { description: 'How it is.' } } },
      () => answer(200, health()),
    ),
  ];
}
