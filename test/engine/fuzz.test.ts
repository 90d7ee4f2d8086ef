import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidWorkflowError } from '../../server/engine/execute.ts';
import { validate } from '../../server/engine/validate.ts';
import { parseWorkflow, parseWorkflowJson } from '../../workflows/parse.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { kit, noModels, run } from './kit.ts';

const { registry } = kit();
const STATUSES = ['completed', 'partial', 'failed', 'cancelled'];

/** What every object inherits. A file must not change it. */
const machinery = () => [
  Reflect.ownKeys(Object.prototype).length,
  Reflect.ownKeys(Array.prototype).length,
  Reflect.ownKeys(Function.prototype).length,
];
const untouched = machinery();

const NAMES = [
  'texts',
  'lists',
  'value',
  'a',
  'b',
  'embeddings',
  'constructor',
  '__proto__',
  'toString',
  '0',
  '',
];
const TYPES = [
  'say',
  'add',
  'join',
  'reroute',
  'switch',
  'embed',
  'fail',
  'save',
  'nope',
  '__proto__',
  'constructor',
];
const PARAMS = ['text', 'times', 'letter', 'use', 'rows', 'constructor', 'hasOwnProperty'];

const ids = fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8', '__proto__', 'constructor');
const end = fc.record({ node: ids, port: fc.constantFrom(...NAMES) });
const graph: fc.Arbitrary<Workflow> = fc.record({
  format: fc.constant('patchbay' as const),
  version: fc.constant(1 as const),
  nodes: fc.array(
    fc.record(
      {
        id: ids,
        type: fc.constantFrom(...TYPES).map((type) => `test/${type}`),
        mode: fc.constantFrom('active' as const, 'active' as const, 'bypass' as const, 'mute' as const),
        params: fc.dictionary(
          fc.constantFrom(...PARAMS),
          fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('a', 'b', 1)),
        ),
      },
      { requiredKeys: ['id', 'type'] },
    ),
    { maxLength: 12 },
  ) as fc.Arbitrary<Workflow['nodes']>,
  edges: fc.array(fc.record({ from: end, to: end }), { maxLength: 20 }),
  inputs: fc.array(fc.record({ name: ids, node: ids, param: fc.constantFrom(...PARAMS) }), { maxLength: 2 }),
  outputs: fc.array(fc.record({ name: ids, node: ids, port: fc.constantFrom(...NAMES) }), { maxLength: 2 }),
});

/** The inputs and outputs of each type. A type that is not listed has no inputs. */
const TAKES: Record<string, string[]> = {
  add: ['texts'],
  join: ['lists', 'lists', 'lists'],
  reroute: ['value'],
  switch: ['a', 'b'],
  fail: ['texts'],
  save: ['texts'],
};
const gives = (type: string) => (type === 'reroute' || type === 'switch' ? 'value' : 'texts');

/**
 * Makes graphs that are valid: all wires go forwards between existing ports, every input is connected, and no node
 * fails. No node follows a `save`, because the nodes after it run every time, which another test covers. Muted nodes,
 * and bypassed nodes that pass nothing on, remove the nodes after them. So a graph can be refused because of its modes,
 * but for no other reason.
 */
const sound = (types: readonly string[], modes: readonly ('active' | 'bypass' | 'mute')[]) =>
  fc
    .array(
      fc.record({
        type: fc.constantFrom(...types),
        from: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        mode: fc.constantFrom(...modes),
      }),
      { minLength: 1, maxLength: 15 },
    )
    .map((picked): Workflow => {
      const sources: number[] = [];
      const nodes: Workflow['nodes'] = [];
      const edges: Workflow['edges'] = [];
      const drawn = new Set<string>();
      picked.forEach(({ type: wanted, from, mode }, i) => {
        const type = sources.length === 0 ? 'say' : wanted;
        nodes.push({ id: `n${i}`, type: `test/${type}`, mode });
        (TAKES[type] ?? []).forEach((port, k) => {
          const at = sources[from[k]! % sources.length]!;
          if (drawn.has(`${at} ${i} ${port}`)) return;
          drawn.add(`${at} ${i} ${port}`);
          edges.push({
            from: { node: `n${at}`, port: gives(nodes[at]!.type.slice('test/'.length)) },
            to: { node: `n${i}`, port },
          });
        });
        if (type !== 'save') sources.push(i);
      });
      return { format: 'patchbay', version: 1, nodes, edges };
    });
const ORDERLY = ['say', 'add', 'join', 'reroute', 'switch', 'save'];

test('validation answers any graph with sentences, and changes nothing', () => {
  fc.assert(
    fc.property(
      graph,
      fc.option(fc.array(ids, { maxLength: 2 }), { nil: undefined }),
      (workflow, targets) => {
        const before = JSON.stringify(workflow);
        const { problems } = validate(workflow, registry, { models: noModels, targets });
        expect(JSON.stringify(workflow)).toBe(before);
        for (const problem of problems) {
          expect(problem.code).toMatch(/^[a-z-]+\.[a-z-]+$/);
          expect(problem.message).toMatch(/[.?!]$/);
          expect(problem.message).not.toMatch(/undefined|\[object|NaN/);
        }
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) },
  );
  expect(machinery()).toEqual(untouched);
});

test('any graph is either refused with its problems or runs to an end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(graph, sound([...ORDERLY, 'fail'], ['active', 'active', 'active', 'bypass', 'mute'])),
      fc.boolean(),
      async (workflow, partial) => {
        try {
          const ran = await run(workflow, registry, { partial });
          expect(STATUSES).toContain(ran.status);
          const started = ran.events[0];
          expect(started?.type === 'runStarted' && started.nodes.toSorted()).toEqual(
            [...ran.nodes.keys()].toSorted(),
          );
          for (const node of ran.nodes.values())
            expect(['done', 'cached', 'failed', 'skipped']).toContain(node.status);
          ran.results.release();
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidWorkflowError);
          expect((error as InvalidWorkflowError).problems.length).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) },
  );
  expect(machinery()).toEqual(untouched);
});

test('graphs that are in order run, with the same results again from the cache', async () => {
  const { createResultCache } = await import('../../server/engine/result-cache.ts');
  await fc.assert(
    fc.asyncProperty(sound(ORDERLY, ['active']), async (workflow) => {
      expect(validate(workflow, registry, { models: noModels }).problems).toEqual([]);
      const cache = createResultCache({ maxBytes: 1e8 });
      const ran = await run(workflow, registry, { cache });
      const again = await run(workflow, registry, { cache });
      expect(ran.status).toBe('completed');
      expect(again.status).toBe('completed');
      for (const [id, node] of again.nodes) {
        const type = workflow.nodes.find((one) => one.id === id)?.type;
        if (node.status === 'done') expect(type).toBe('test/save');
        for (const port of ['texts', 'value', 'view'])
          expect(again.results.get(id, port)).toEqual(ran.results.get(id, port));
      }
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});

test('rubbish is no workflow, in a sentence', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(...'{}[]",:\\ntfe0-"') })),
      (text) => {
        const { problems } = parseWorkflow(text);
        expect(problems?.length).toBeGreaterThan(0);
        for (const problem of problems!) expect(problem.message).toMatch(/\.$/);
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 2000) },
  );
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSparseArray: true,
        withNullPrototype: true,
      }),
      (value) => {
        expect(parseWorkflowJson(value).problems?.length).toBeGreaterThan(0);
        const nodes = {
          format: 'patchbay',
          version: 1,
          nodes: [{ id: 'a', type: 'b', params: value }],
          edges: value,
        };
        expect(() => parseWorkflowJson(nodes)).not.toThrow();
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) },
  );
  expect(machinery()).toEqual(untouched);
});
