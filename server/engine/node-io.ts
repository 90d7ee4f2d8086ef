import {
  type AnyOutputs,
  fieldName,
  kinds,
  PatchbayError,
  type PortValue,
  typesText,
} from '../../nodes/sdk/index.ts';
import { wiringMessage } from '../contract/messages/wiring.ts';
import type { LeftOut } from '../contract/run.ts';
import type { End } from '../contract/wiring.ts';
import { checkContent } from './check-content.ts';
import { portOf, portsOf } from './graph.ts';
import type { PlannedNode } from './plan.ts';

/** The inputs of a node: one value for each port, a list if the port takes many, undefined if it has no wire. */
export type NodeInputs = Readonly<Record<string, PortValue | readonly PortValue[] | undefined>>;

function kindOf(value: unknown): string {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  return typeof kind === 'string' ? kind : value === undefined ? 'nothing' : `a ${typeof value}`;
}

/** Collects the inputs of a node. @throws PatchbayError `input.wrong-kind` if a value does not fit the port's types */
export function gatherInputs(node: PlannedNode, valueAt: (end: End) => PortValue | undefined): NodeInputs {
  const inputs: Record<string, PortValue | readonly PortValue[] | undefined> = {};
  for (const [name, port] of Object.entries(portsOf(node, 'inputs'))) {
    const values = (node.takes.get(name) ?? []).flatMap((end) => valueAt(end) ?? []);
    for (const { kind } of values) {
      if (port.types.includes(kind)) continue;
      const message = wiringMessage('input.wrong-kind', {
        node: node.name,
        types: kinds(port.types),
        input: fieldName('input', node.node.type, name, port),
        got: kinds([kind]),
      });
      throw new PatchbayError({ ...message, port: name, expected: typesText(port.types), got: kind });
    }
    inputs[name] = port.many ? values : values[0];
  }
  return inputs;
}

/**
 * Takes the outputs of a node, port by port. Other values that the node returned are ignored.
 * @throws PatchbayError `output.missing`, `output.wrong-kind`, `output.wrong-content`: an error in the node, not in the workflow
 */
export function checkOutputs(node: PlannedNode, given: unknown): AnyOutputs {
  const outputs: Record<string, PortValue> = {};
  const values = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  for (const [name, types] of node.gives) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    const got = kindOf(value);
    const output = fieldName('output', node.node.type, name, portOf(node, 'outputs', name));
    if (!types.some((type) => type === got)) {
      const args = { node: node.name, output, types: kinds(types) };
      const message =
        value === undefined
          ? wiringMessage('output.missing', args)
          : wiringMessage('output.wrong-kind', { ...args, got });
      throw new PatchbayError({ ...message, port: name, expected: typesText(types), got });
    }
    checkContent(node.name, output, name, value as PortValue);
    outputs[name] = value as PortValue;
  }
  return outputs;
}

function leftOutIn(values: Iterable<unknown>): LeftOut[] {
  const all: LeftOut[] = [];
  for (const value of values) {
    const { skipped } = value as { skipped?: readonly LeftOut[] };
    if (Array.isArray(skipped)) for (const one of skipped) all.push(one);
  }
  return all;
}

/** How many pictures come in, to count those that are lost. */
export function picturesIn(inputs: NodeInputs): number {
  const values = Object.values(inputs).flatMap((value) => value ?? []);
  return values.reduce(
    (sum, value) => sum + (value.kind === 'images' || value.kind === 'pixels' ? value.items.length : 0),
    0,
  );
}

/** Items that this node left out, each once: what came in as left out already is not its doing. */
export function newlyLeftOut(outputs: AnyOutputs, inputs: NodeInputs): LeftOut[] {
  const found = leftOutIn(Object.values(outputs));
  if (found.length === 0) return found;
  const text = ({ name, path, reason }: LeftOut) => JSON.stringify([path, name, reason]);
  const known = new Set(leftOutIn(Object.values(inputs).flatMap((value) => value ?? [])).map(text));
  return found.filter((one) => !known.has(text(one)) && known.add(text(one)));
}
