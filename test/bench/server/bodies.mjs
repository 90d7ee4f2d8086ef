// The longest time for which large, deep or numerous request bodies block the server.
//   node test/bench/server/bodies.mjs
import { row } from '../measure.mjs';
import { chain, serve, workflow } from './serve.mjs';

const size = 7.9 * 1024 * 1024;
const repeat = (piece) => `[${piece.repeat(size / piece.length)}0]`;
const n = 10_000;
const { nodes, edges } = chain(n, 'long');
const fan = edges.map(({ to }) => ({ from: { node: 'n0', port: 'texts' }, to }));
const circle = [...edges, { from: { node: `n${n - 1}`, port: 'value' }, to: { node: 'n1', port: 'value' } }];
const cases = {
  'chain of 10,000 nodes, run': JSON.stringify({ workflow: workflow(nodes, edges) }),
  'fan of 10,000 nodes, run': JSON.stringify({ workflow: workflow(nodes, fan) }),
  'circle of 10,000 nodes': JSON.stringify({ workflow: workflow(nodes, circle) }),
  '300,000 brackets deep': `${'['.repeat(300_000)}${']'.repeat(300_000)}`,
  '8 MB of empty lists': repeat('[],'),
  '8 MB of small objects': repeat('{"a":1},'),
  '8 MB of keys nobody knows': `{"workflow":${JSON.stringify(workflow([]))},${Array.from({ length: 600_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
  '8 MB of numbers': repeat('1,'),
  '8 MB of one text': JSON.stringify({ workflow: { ...workflow([]), note: 'x'.repeat(size) } }),
};
row('body', 'status', 'answered after', 'longest gap');
row('---', '---', '---', '---');
for (const [name, body] of Object.entries(cases)) {
  const server = await serve();
  await server.call('POST', '/api/validate', { workflow: workflow([]) });
  const start = performance.now();
  const response = await fetch(new URL('/api/runs', server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const ms = performance.now() - start;
  const { id } = await response.json();
  if (id) await server.ended(id);
  row(name, response.status, `${ms.toFixed(0)} ms`, `${(await server.health()).loopGapMs} ms`);
  await server.stop();
}
