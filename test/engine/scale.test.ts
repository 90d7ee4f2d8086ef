import { expect, test } from 'vitest';
import { defineNode, port } from '../../nodes/sdk/index.ts';
import { createResultCache } from '../../server/engine/result-cache.ts';
import { validate } from '../../server/engine/validate.ts';
import { flow, kit, noModels, run, texts } from './kit.ts';

const step = defineNode({
  title: 'Step',
  description: 'Does nothing.',
  inputs: { texts: port.texts({ help: 'T.', many: true, required: false }) },
  params: {},
  outputs: { texts: port.texts({ help: 'T.' }) },
  run: ({ ctx }) => ({ texts: texts(ctx.nodeId) }),
});

const { registry } = kit({ step });
const MANY = 10_000;

const row = (count: number, type = 'step') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, type]));
const chainOf = (count: number, type = 'step', ports = 'texts') =>
  flow(
    row(count, type),
    Array.from({ length: count - 1 }, (_, i) => `n${i}.${ports} > n${i + 1}.${ports}`),
  );
const fanOf = (count: number) =>
  flow({ ...row(count), first: 'step', last: 'step' }, [
    ...Array.from({ length: count }, (_, i) => `first.texts > n${i}.texts`),
    ...Array.from({ length: count }, (_, i) => `n${i}.texts > last.texts`),
  ]);

test('a chain of 10,000 nodes runs, and runs again from the cache', async () => {
  const cache = createResultCache({ maxBytes: 1e9 });
  const ran = await run(chainOf(MANY), registry, { cache });
  expect(ran.status).toBe('completed');
  expect(ran.nodes.size).toBe(MANY);
  const again = await run(chainOf(MANY), registry, { cache });
  expect([...again.nodes.values()].every((node) => node.status === 'cached')).toBe(true);
});

test('a fan of 10,000 nodes runs: one to all, all to one', async () => {
  // Equal nodes with equal inputs run once. Their positions do not count, and the params of `say` are equal.
  const ran = await run(fanOf(MANY), registry);
  expect(ran.status).toBe('completed');
  expect([...ran.nodes.values()].filter((node) => node.status === 'done')).toHaveLength(3);
});

test('a chain of 10,000 nodes whose first one fails skips all others', async () => {
  const workflow = chainOf(MANY);
  workflow.nodes[0] = { id: 'n0', type: 'test/fail' };
  const ran = await run(workflow, registry);
  expect(ran.status).toBe('failed');
  expect([...ran.nodes.values()].filter((node) => node.status === 'skipped')).toHaveLength(MANY - 1);
});

test('a cycle of 10,000 nodes is reported once, in a short sentence', () => {
  const workflow = chainOf(MANY);
  workflow.edges.push({ from: { node: `n${MANY - 1}`, port: 'texts' }, to: { node: 'n0', port: 'texts' } });
  const { problems } = validate(workflow, registry, { models: noModels });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code: 'workflow.cycle' });
  expect(problems[0]?.nodes).toHaveLength(MANY);
  expect(problems[0]?.message.length).toBeLessThan(400);
  expect(problems[0]?.message).toContain('(10000 nodes)');
});

test('5,000 separate cycles are all reported', () => {
  const workflow = flow(
    row(MANY),
    Array.from({ length: MANY }, (_, i) => `n${i}.texts > n${i % 2 === 0 ? i + 1 : i - 1}.texts`),
  );
  const { problems } = validate(workflow, registry, { models: noModels });
  expect(problems).toHaveLength(MANY / 2);
});

test('a chain of 10,000 bypassed nodes hands through', async () => {
  const workflow = chainOf(MANY, 'reroute', 'value');
  for (const node of workflow.nodes) node.mode = 'bypass';
  workflow.nodes[0] = { id: 'n0', type: 'test/step' };
  workflow.edges[0] = { from: { node: 'n0', port: 'texts' }, to: { node: 'n1', port: 'value' } };
  const ran = await run(workflow, registry);
  expect(ran.status).toBe('completed');
  expect(ran.results.get(`n${MANY - 1}`, 'value')).toMatchObject({ kind: 'texts' });
});

test('10,000 nodes of 10,000 unknown types are each named', () => {
  const workflow = flow(
    Object.fromEntries(Array.from({ length: MANY }, (_, i) => [`n${i}`, `un/known-${i}`])),
  );
  const { problems } = validate(workflow, registry, { models: noModels });
  expect(problems).toHaveLength(MANY);
});

test('events grow with the graph, not with its square', async () => {
  const bytes = async (count: number) => JSON.stringify((await run(chainOf(count), registry)).events).length;
  const [small, large] = [await bytes(100), await bytes(800)];
  expect(large / small).toBeLessThan(9);
  expect(large).toBeLessThan(250_000);
});

test('others get their turn while 10,000 nodes run', async () => {
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  await run(chainOf(MANY), registry);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(1);
});
