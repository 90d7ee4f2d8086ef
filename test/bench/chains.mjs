// Runs chains of nodes that do nothing, again and again, and counts the bytes of their events as JSON.
//   node test/bench/chains.mjs
import { built, ms, row, time } from './measure.mjs';

const { createRegistry } = await built('server/engine/registry.js');
const { createResultCache } = await built('server/engine/result-cache.js');
const { execute } = await built('server/engine/execute.js');
const { defineNode, param, port } = await built('nodes/sdk/index.js');

const texts = { kind: 'texts', items: [{ kind: 'text', text: 'a' }] };
const source = defineNode({
  title: 'Source',
  description: 'A text.',
  inputs: {},
  params: {},
  outputs: { texts: port.texts({ help: 'A text.' }) },
  run: () => ({ texts }),
});
const pass = defineNode({
  title: 'Pass',
  description: 'Nothing.',
  inputs: { texts: port.texts({ help: 'In.' }) },
  params: { number: param.integer({ default: 0, help: 'Tells nodes apart.' }) },
  outputs: { texts: port.texts({ help: 'Out.' }) },
  run: ({ inputs }) => ({ texts: inputs.texts }),
});
const registry = createRegistry([
  ['bench/source', source],
  ['bench/pass', pass],
]);
const services = {
  device: 'cpu',
  deviceKey: 'cpu',
  models: { describe: () => undefined, ids: () => [] },
  lease: (engine) => ({ ctx: engine, end() {} }),
  outside: {},
  codec: { encode: async () => [], decode: () => texts },
};

const edge = (from, to) => ({ from: { node: from, port: 'texts' }, to: { node: to, port: 'texts' } });
const chain = (length) => ({
  format: 'patchbay',
  version: 1,
  nodes: [
    { id: 'n0', type: 'bench/source' },
    ...Array.from({ length: length - 1 }, (_, i) => ({ id: `n${i + 1}`, type: 'bench/pass' })),
  ],
  edges: Array.from({ length: length - 1 }, (_, i) => edge(`n${i}`, `n${i + 1}`)),
});
const wide = (count) => ({
  format: 'patchbay',
  version: 1,
  nodes: [
    { id: 'n0', type: 'bench/source' },
    ...Array.from({ length: count }, (_, i) => ({
      id: `n${i + 1}`,
      type: 'bench/pass',
      params: { number: i },
    })),
  ],
  edges: Array.from({ length: count }, (_, i) => edge('n0', `n${i + 1}`)),
});

async function once(workflow, cache) {
  let bytes = 0;
  const outcome = await execute(
    { workflow, registry, services, cache, signal: new AbortController().signal },
    (event) => {
      bytes += JSON.stringify(event).length;
    },
  );
  if (outcome.status !== 'completed') throw new Error(outcome.status);
  outcome.results.release();
  return bytes;
}

row('graph', 'run ms', 'cached re-run ms', 'event bytes of a run');
row('---', '---', '---', '---');
for (const [name, workflow] of [
  ['chain of 50', chain(50)],
  ['chain of 400', chain(400)],
  ['chain of 800', chain(800)],
  ['chain of 10,000', chain(10_000)],
  ['801 wide', wide(800)],
]) {
  let bytes = 0;
  const fresh = await time(7, async () => {
    bytes = await once(workflow, createResultCache({ maxBytes: 1e8 }));
  });
  const kept = createResultCache({ maxBytes: 1e8 });
  const again = await time(7, () => once(workflow, kept));
  row(name, ms(fresh), ms(again), bytes);
}
