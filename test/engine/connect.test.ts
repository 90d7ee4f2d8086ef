import { expect, test } from 'vitest';
import type { PortType } from '../../nodes/sdk/index.ts';
import { type Connectable, connectionProblem, type End } from '../../server/contract/wiring.ts';

const at = (node: string, port: string): End => ({ node, port });

/** Three nodes that take and give texts, the last one images, with the given wires. */
function graph(wires: readonly (readonly [End, End])[] = []): Connectable {
  const types: Record<string, PortType> = { a: 'texts', b: 'texts', c: 'images' };
  const next = (from: string) => wires.filter(([end]) => end.node === from).map(([, end]) => end.node);
  const leadsTo = (from: string, to: string): boolean =>
    from === to || next(from).some((node) => leadsTo(node, to));
  return {
    node: (id) => {
      const type = types[id];
      const port = (name: string) =>
        name === 'value' && type ? { title: 'Value', types: [type], many: false } : undefined;
      return type && { name: `*${id}*`, known: true, input: port, output: port, names: () => ['value'] };
    },
    isJoined: (from, to) => wires.some((wire) => JSON.stringify(wire) === JSON.stringify([from, to])),
    wiresInto: (to) => wires.filter(([, end]) => end.node === to.node && end.port === to.port).length,
    leadsTo,
  };
}

test('a wire between ends that fit may be there', () => {
  expect(connectionProblem(graph(), at('a', 'value'), at('b', 'value'))).toBeNull();
});

test.each([
  ['from a node to itself', [], at('a', 'value'), at('a', 'value'), 'edge.self'],
  ['from nowhere', [], at('x', 'value'), at('a', 'value'), 'edge.unknown-node'],
  ['to nowhere', [], at('a', 'value'), at('x', 'value'), 'edge.unknown-node'],
  ['from nowhere to nowhere', [], at('x', 'value'), at('y', 'value'), 'edge.unknown-node'],
  ['from an unknown port', [], at('a', 'vaule'), at('b', 'value'), 'port.unknown'],
  ['to an unknown port', [], at('a', 'value'), at('b', 'vaule'), 'port.unknown'],
  ['between types that do not fit', [], at('c', 'value'), at('b', 'value'), 'edge.type-mismatch'],
  [
    'that is there already',
    [[at('a', 'value'), at('b', 'value')]],
    at('a', 'value'),
    at('b', 'value'),
    'edge.duplicate',
  ],
  [
    'that would close a cycle',
    [[at('b', 'value'), at('a', 'value')]],
    at('a', 'value'),
    at('b', 'value'),
    'edge.cycle',
  ],
] as const)('a wire %s is refused', (_, wires, from, to, code) => {
  const problem = connectionProblem(graph(wires), from, to);
  expect(problem?.code).toBe(code);
  expect(problem?.message).toMatch(/^A|^T|^\*/);
});

test('a wire into an input that has one is refused', () => {
  const wires = [[at('b', 'value'), at('a', 'value')]] as const;
  const world = { ...graph(wires), leadsTo: () => false, isJoined: () => false };
  expect(connectionProblem(world, at('b', 'value'), at('a', 'value'))).toMatchObject({
    code: 'input.occupied',
    nodeId: 'a',
    port: 'value',
  });
});
