import type { PortValue } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { ResultValues } from '../engine/events.ts';
import type { Registry } from '../engine/registry.ts';

/** One result to hand over: one of the workflow's named outputs, or a port of one of its last nodes. */
export interface NamedResult {
  readonly name: string;
  readonly value: PortValue;
}

/**
 * What a run is asked for: the workflow's named outputs; without any, all ports of its last nodes; with `targets`, all ports
 * of those as well. What has no result is left out.
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
