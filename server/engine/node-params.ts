import { didYouMean, fieldName, nearestName, type ParamSpec, type Params } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { paramMessage } from '../contract/messages/params.ts';
import { paramProblem } from '../contract/param-problem.ts';
import { isInUse, type ParamFault, paramFault, typeFault } from '../contract/params.ts';
import type { GraphNode } from './graph.ts';

/** The params of a node: the valid values of the file, and defaults for the others. */
export interface NodeParams {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** Parses a value with the schema of its param. The schema may be stricter than the rule of the type. */
function read(spec: ParamSpec, value: unknown): { readonly value: unknown } | { readonly fault: ParamFault } {
  const fault = typeFault(spec, value);
  if (fault) return { fault };
  const parsed = spec.schema.safeParse(value);
  return parsed.success ? { value: parsed.data } : { fault: { code: 'param.wrong-type' } };
}

/** Merges the params of a node with their defaults and checks all of them. */
export function resolveParams(node: GraphNode): NodeParams {
  const specs = (node.definition?.params ?? {}) as Params;
  const given = node.node.params ?? {};
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  const refused = new Set<string>();
  const refuse = (name: string, spec: ParamSpec, value: unknown, fault: ParamFault) => {
    refused.add(name);
    const title = fieldName('param', node.node.type, name, spec);
    const field = paramMessage('param.of-node', { field: title, node: node.name });
    problems.push({ ...paramProblem(field, spec, value, fault), nodeId: node.id, param: name });
  };

  for (const [name, spec] of Object.entries(specs)) {
    values[name] = spec.default;
    if (!Object.hasOwn(given, name)) continue;
    const found = read(spec, given[name]);
    if ('fault' in found) refuse(name, spec, given[name], found.fault);
    else values[name] = found.value;
  }
  const specOf = (name: string) => (Object.hasOwn(specs, name) ? specs[name] : undefined);
  for (const [name, spec] of Object.entries(specs)) {
    if (refused.has(name) || !isInUse(spec, values, specOf)) continue;
    const fault = paramFault(spec, values[name]);
    if (fault) refuse(name, spec, values[name], fault);
  }
  for (const name of node.definition ? Object.keys(given) : []) {
    if (Object.hasOwn(specs, name)) continue;
    const hint = didYouMean(nearestName(name, Object.keys(specs)));
    const message = paramMessage('param.unknown', { node: node.name, param: name.slice(0, 100), hint });
    problems.push({ ...message, nodeId: node.id, param: name });
  }
  return { values, problems };
}
