import { nearestName, type ParamSpec, type Params } from '../../nodes/sdk/index.ts';
import type { GraphNode } from './graph.ts';

import { nameProblem, paramProblem } from './param-problem.ts';
import type { Problem } from './problem.ts';
import { didYouMean } from './wording.ts';

/** A node's params: what the file says where that is valid, the defaults elsewhere. */
export interface NodeParams {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** Whether a param is of use while the others are as they are. */
function isShown(spec: ParamSpec, values: Readonly<Record<string, unknown>>): boolean {
  return !spec.when || spec.when.is.includes(values[spec.when.param]);
}

/** Nothing, nothing but blanks, or a list of nothing else. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry.trim() === '');
}

/** Merges a node's params with their defaults, and checks them all. */
export function resolveParams(node: GraphNode): NodeParams {
  const specs = (node.definition?.params ?? {}) as Params;
  const given = node.node.params ?? {};
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];

  for (const [name, spec] of Object.entries(specs)) {
    values[name] = spec.default;
    if (!Object.hasOwn(given, name)) continue;
    const parsed = spec.schema.safeParse(given[name]);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(paramProblem(node, name, spec, given[name]));
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.required && isShown(spec, values) && isEmpty(values[name]))
      problems.push(paramProblem(node, name, spec, values[name]));
    else if (spec.widget === 'file-name' && isShown(spec, values)) {
      const problem = nameProblem(node, name, spec, String(values[name]));
      if (problem) problems.push(problem);
    }
  }
  for (const name of node.definition ? Object.keys(given) : []) {
    if (Object.hasOwn(specs, name)) continue;
    const meant = didYouMean(nearestName(name, Object.keys(specs)));
    const message = `${node.name} has no setting called "${name.slice(0, 100)}".${meant} Remove it or rename it.`;
    problems.push({ code: 'param.unknown', nodeId: node.id, param: name, message });
  }
  return { values, problems };
}
