import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { scratch, startServer } from './server.ts';

const DIMS = 64;

/** A file in the format of NumPy, with the header that its documentation describes. */
function npy(path: string, rows: number, value: (index: number) => number): string {
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${DIMS}), }`;
  const padded = `${head.padEnd(117)}\n`;
  const start = Buffer.alloc(10);
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(padded.length, 8);
  const data = Float32Array.from({ length: rows * DIMS }, (_, index) => value(index));
  writeFileSync(path, Buffer.concat([start, Buffer.from(padded), Buffer.from(data.buffer)]));
  return path;
}

function search(gallery: string, query: string): Workflow {
  return {
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'gallery', type: 'output/load-embeddings', params: { path: gallery, space: 'test' } },
      { id: 'query', type: 'output/load-embeddings', params: { path: query, space: 'test' } },
      { id: 'cosine', type: 'compare/cosine' },
      { id: 'top', type: 'compare/top-k', params: { k: 3 } },
    ],
    edges: [
      { from: { node: 'query', port: 'embeddings' }, to: { node: 'cosine', port: 'queries' } },
      { from: { node: 'gallery', port: 'embeddings' }, to: { node: 'cosine', port: 'gallery' } },
      { from: { node: 'cosine', port: 'similarity' }, to: { node: 'top', port: 'similarity' } },
    ],
    outputs: [{ name: 'matches', node: 'top', port: 'matches' }],
  };
}

/** The bytes of all files below a folder. */
const bytesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);

/** A workflow that uses the device, for an hour unless given. */
const occupy = (text: string, ms = 3_600_000): Workflow => ({
  format: 'patchbay',
  version: 1,
  nodes: [{ id: 'occupy', type: 'test/occupy', params: { text, ms } }],
  edges: [],
});

test('a search keeps no copy of its gallery, on disk or of its own', async () => {
  const server = await startServer();
  const folder = scratch();
  const rows = 20_000;
  const gallery = npy(join(folder, 'gallery.npy'), rows, (index) => Math.sin(index * 1.7) * 3);
  const ask = async (n: number) => {
    // The query is the row n * 100, twice as long.
    const query = npy(join(folder, `query-${n}.npy`), 1, (i) => Math.sin((n * 100 * DIMS + i) * 1.7) * 6);
    const run = await server.ended((await server.submit(search(gallery, query))).id);
    const { matches } = run.outputs as { matches: { results: { item: object; score: number }[] }[] };
    const results = matches[0]?.results ?? [];
    expect(results[0]).toMatchObject({ item: { text: `Row ${n * 100}` } });
    expect(results[0]?.score).toBeCloseTo(1, 6);
    return run;
  };
  await ask(0);
  const cache = join(server.data, 'cache', 'results');
  // Results are written in the background.
  let before = -1;
  while (before !== bytesIn(cache)) {
    before = bytesIn(cache);
    await sleep(500);
  }
  for (let n = 1; n <= 5; n += 1) {
    const { nodes } = await ask(n);
    expect(nodes.gallery?.cache?.reason).toBe('memory');
  }
  await sleep(500);
  expect(bytesIn(cache) - before).toBeLessThan((rows * DIMS * 4) / 20);
});

test('an interactive run uses the device beside a long one, one at a time', async () => {
  const server = await startServer();
  const long = await server.submit(occupy('long'));
  const waiting = await server.submit(occupy('waiting', 0));
  const slow = await server.submit(occupy('front'), { front: true });
  const later = await server.submit(occupy('later', 0), { series: 'tab' });
  await sleep(300);
  const { running, queued } = (await server.call('GET', '/api/queue')).json;
  expect(new Set(running)).toEqual(new Set([long.id, slow.id]));
  expect(queued).toEqual([waiting.id, later.id]);
  await server.call('POST', `/api/runs/${slow.id}/cancel`);
  expect((await server.ended(later.id)).status).toBe('completed');
  expect((await server.call('GET', `/api/runs/${waiting.id}`)).json.status).toBe('queued');
  await server.call('POST', `/api/runs/${long.id}/cancel`);
  expect((await server.ended(waiting.id)).status).toBe('completed');
});
