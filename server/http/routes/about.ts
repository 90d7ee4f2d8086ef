import { z } from 'zod';
import type { NodeDescriptor } from '../../../nodes/sdk/index.ts';
import { type HealthMessage, healthSchema } from '../../protocol.ts';
import type { Supervisor } from '../../runner/supervisor.ts';
import { type Route, route } from '../route.ts';

/** What the routes about the server itself need. */
export interface AboutRouteDeps {
  readonly descriptors: readonly NodeDescriptor[];
  readonly supervisor: Supervisor;
  readonly health: () => HealthMessage;
}

/** `/api/nodes`, `/api/devices`, `/api/health`. */
export function aboutRoutes({ descriptors, supervisor, health }: AboutRouteDeps): Route[] {
  const tag = 'About';
  const list = z.object({ items: z.array(z.looseObject({})) });
  return [
    route(
      {
        method: 'get',
        path: '/api/nodes',
        tag,
        summary: 'List what a graph can do',
        answers: { 200: { description: 'All node definitions, as the editor draws them.', schema: list } },
      },
      () => ({ status: 200, json: { items: descriptors } }),
    ),
    route(
      {
        method: 'get',
        path: '/api/devices',
        tag,
        summary: 'List the devices there are',
        answers: {
          200: {
            description: 'Which one is used, and why each other is not.',
            schema: z.looseObject({ chosen: z.string(), devices: z.array(z.looseObject({})) }),
          },
        },
      },
      async () => ({ status: 200, json: await supervisor.devices() }),
    ),
    route(
      {
        method: 'get',
        path: '/api/health',
        tag,
        summary: 'See how the server is',
        answers: { 200: { description: 'How it is.', schema: healthSchema } },
      },
      () => ({ status: 200, json: health() }),
    ),
  ];
}
