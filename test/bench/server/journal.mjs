// Measures how long the journal takes for lists, events and the way of a run, without HTTP. `node
// test/bench/server/journal.mjs`
import { built, row, scratch } from '../measure.mjs';

const { openJournal } = await built('server/store/journal.js');
const journal = openJournal(scratch('journal'));
const nodes = Array.from({ length: 12 }, (_, i) => ({ id: `n${i}`, type: 'x/y', params: { text: '水果' } }));
const workflowText = JSON.stringify({ format: 'patchbay', version: 1, nodes, edges: [] });
const cache = { hit: false, reason: 'new', code: 'cache.new', message: 'x' };
const bodies = nodes.flatMap(({ id }) => [
  { type: 'nodeStarted', nodeId: id, cache },
  { type: 'nodeFinished', nodeId: id, ms: 1.5 },
]);
const outcomes = Object.fromEntries(nodes.map(({ id }) => [id, { status: 'done', ms: 1 }]));
const result = { nodes: outcomes, outputs: {}, views: {}, files: [], problems: [] };
const options = {
  workflowText,
  name: 'Search by text',
  lane: 'light',
  useCache: true,
  partial: false,
  front: false,
};
let count = 0;

/** Everything that the journal does for one automatic run. */
function way() {
  // A series of its own, so that the run stays in lists and does not wait for the disk.
  count += 1;
  const { run } = journal.runs.submit({ ...options, series: `tab${count}` });
  const { id } = journal.runs.next(['device', 'light']);
  journal.runs.start(id);
  journal.runs.workflow(id);
  journal.runs.append(bodies.map((body) => ({ runId: id, body })));
  journal.runs.finish(id, 'completed', 12.5, result);
  journal.runs.get(id);
  journal.runs.result(id);
  return run.id;
}

for (let i = 0; i < 600; i++) way();
const id = way();
const long = journal.runs.submit(options).run.id;
journal.runs.append(
  Array.from({ length: 5000 }, (_, done) => ({
    runId: long,
    body: { type: 'nodeProgressed', nodeId: 'n1', done },
  })),
);
journal.runs.cancelWaiting(1, result);
const cases = {
  'way of a run': [way, 30],
  'list of 50 runs': [() => journal.runs.list({ limit: 50 }), 20],
  'list of 500 runs': [() => journal.runs.list({ limit: 500 }), 5],
  'one run': [() => journal.runs.get(id), 300],
  'events of a run': [() => journal.events.after(id, 0, 100), 100],
  '5,000 events': [() => journal.events.after(long, 0, 5000), 2],
};
const best = new Map();
for (let round = 0; round < 15; round++)
  for (const [name, [work, times]] of Object.entries(cases)) {
    const start = performance.now();
    for (let i = 0; i < times; i++) work();
    best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, (performance.now() - start) / times));
  }
row('journal', 'ms, the best of 15');
row('---', '---');
for (const [name, ms] of best) row(name, ms.toFixed(3));
