import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWorkflow, serializeWorkflow } from '../../workflows/parse.ts';
import type { Workflow } from '../../workflows/workflow.ts';

const workflow: Workflow = {
  edges: [{ to: { port: 'texts', node: 'b' }, from: { port: 'texts', node: 'a' } }],
  nodes: [
    { type: 'text/prompts', params: { prompts: ['a cat', 'a dog'] }, id: 'a', position: { y: 20, x: 10 } },
    { id: 'b', type: 'view/table', zebra: true },
  ],
  version: 1,
  format: 'patchbay',
};

test('a file goes from the general to the particular, with short values on one line', () => {
  expect(serializeWorkflow(workflow)).toBe(`{
  "format": "patchbay",
  "version": 1,
  "nodes": [
    {
      "id": "a",
      "type": "text/prompts",
      "params": { "prompts": ["a cat", "a dog"] },
      "position": { "x": 10, "y": 20 }
    },
    { "id": "b", "type": "view/table", "zebra": true }
  ],
  "edges": [
    { "from": { "node": "a", "port": "texts" }, "to": { "node": "b", "port": "texts" } }
  ]
}
`);
});

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, turn));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, shuffled(item, turn)] as const);
  const at = turn % Math.max(1, entries.length);
  return Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)].reverse());
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);
const key = fc.string({ maxLength: 6 }).filter((name) => !forbidden.has(name));
// JSON has no minus zero.
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test('any workflow survives writing and reading, and equal workflows give the same text', () => {
  const id = fc.string({ minLength: 1, maxLength: 8 });
  const arbitrary = fc.record({
    format: fc.constant('patchbay' as const),
    version: fc.constant(1 as const),
    nodes: fc.array(
      fc.record({
        id,
        type: id,
        params: fc.dictionary(key, json, { maxKeys: 3, noNullPrototype: true }),
        more: json,
      }),
      { maxLength: 4 },
    ),
    edges: fc.array(
      fc.record({
        from: fc.record({ node: id, port: id }),
        to: fc.record({ node: id, port: id }),
        more: json,
      }),
      { maxLength: 3 },
    ),
    unknown: json,
  });
  fc.assert(
    fc.property(arbitrary, fc.nat(20), (random, turn) => {
      const written = serializeWorkflow(random as Workflow);
      expect(JSON.parse(written)).toEqual(random);
      const read = parseWorkflow(written);
      expect(read.workflow).toEqual(random);
      expect(serializeWorkflow(read.workflow!)).toBe(written);
      expect(serializeWorkflow(shuffled(random, turn) as Workflow)).toBe(written);
    }),
    { numRuns: 500 },
  );
});
