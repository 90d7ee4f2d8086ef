import type { NodeDescriptor } from '../../../nodes/sdk/index.ts';
import type { Health } from '../../contract/http.ts';
import type { Supervisor } from '../../runner/supervisor.ts';
import { answer, type Route, route } from '../route.ts';

/** The parts that the routes about the server use. */
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
        summary: 'List the types of nodes',
        answers: { 200: { description: 'The definitions of all nodes.' } },
      },
      () => answer(200, { items: descriptors }),
    ),
    route(
      'listDevices',
      {
        tag,
        summary: 'List the devices of the server',
        answers: {
          200: {
            description: 'The device in use, and why the server does not use the others.',
          },
        },
      },
      async () => answer(200, await supervisor.devices()),
    ),
    route(
      'getHealth',
      { tag, summary: 'Get the state of the server', answers: { 200: { description: 'The state.' } } },
      () => answer(200, health()),
    ),
  ];
}
