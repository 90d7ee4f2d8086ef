import type { PortValue } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { ResultValues } from '../engine/events.ts';
import type { Registry } from '../engine/registry.ts';

/** A result to return: a named output of the workflow, or a port of one of its last nodes. */
export interface NamedResult {
  readonly name: string;
  readonly value: PortValue;
}

/**
 * The results that a run returns: the named outputs of the workflow and all ports of the targets. Without either, it
 * returns all ports of the last nodes. Ports without a result are left out.
 */
export function namedResults(
  workflow: Workflow,
  registry: Registry,
  found: ResultValues,
  targets: readonly string[],
): NamedResult[] {
  const feeding = new Set(workflow.edges.map(({ from }) => from.node));
  const asked = new Set(targets);
  const ends = workflow.nodes.filter(({ id }) => (asked.size > 0 ? asked.has(id) : !feeding.has(id)));
  const everyPort = ends.flatMap(({ id, type }) =>
    Object.keys(registry.get(type)?.outputs ?? {}).map((port) => ({ name: `${id}.${port}`, node: id, port })),
  );
  const named = workflow.outputs ?? [];
  const wanted =
    named.length === 0
      ? everyPort
      : asked.size === 0
        ? named
        : [
            ...named,
            ...everyPort.filter(
              (end) => !named.some((output) => output.node === end.node && output.port === end.port),
            ),
          ];
  return wanted.flatMap(({ name, node, port }) => {
    const value = found.get(node, port);
    return value === undefined ? [] : [{ name, value }];
  });
}
