import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { drawPictures } from '../contract/world.ts';
import { scratch, startServer } from './server.ts';

const moving = (from: string, to: string): Workflow => ({
  format: 'patchbay',
  version: 1,
  name: 'Move',
  nodes: [
    { id: 'load', type: 'image/load-folder', position: { x: 0, y: 0 }, params: { path: from } },
    {
      id: 'save',
      type: 'image/save-images',
      position: { x: 300, y: 0 },
      params: { folder: to, layout: 'flat', transfer: 'move' },
    },
  ],
  edges: [{ from: { node: 'load', port: 'images' }, to: { node: 'save', port: 'images' } }],
});

test('a run that moves pictures is listed, and undone over HTTP', async () => {
  const [from, to] = [await drawPictures(join(scratch(), 'from'), 4), join(scratch(), 'to')];
  const server = await startServer();
  const over = await server.ended((await server.submit(moving(from, to))).id);
  expect(over.status).toBe('completed');
  expect(readdirSync(to)).toHaveLength(4);
  const { items } = (await server.call('GET', '/api/moves')).json;
  expect(items).toMatchObject([{ files: 4, to }]);
  expect(over.views.save).toMatchObject({ view: 'file', path: to, files: 4, moves: items[0].id });
  const undone = await server.call('POST', `/api/moves/${items[0].id}/undo`);
  expect(undone).toMatchObject({ status: 200, json: { files: 4, kept: [] } });
  expect(readdirSync(to)).toEqual([]);
  expect(readdirSync(join(from, 'even'))).toHaveLength(2);
  expect((await server.call('POST', `/api/moves/${items[0].id}/undo`)).status).toBe(404);
});

test('a server that may read only some folders moves nothing, and says so', async () => {
  const from = await drawPictures(join(scratch(), 'from'), 2);
  const to = join(scratch(), 'to');
  mkdirSync(to);
  const server = await startServer({ args: ['--read-from', from] });
  const over = await server.ended((await server.submit(moving(from, 'to'))).id);
  expect(over).toMatchObject({ status: 'failed', problem: { code: 'moves.not-here' } });
  expect(existsSync(join(from, 'even'))).toBe(true);
  expect(readdirSync(join(from, 'even'))).toHaveLength(1);
});
