import type { ModelCatalogue } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Problem } from '../contract/basics.ts';
import { wiringMessage } from '../contract/messages/wiring.ts';
import { checkNames } from './check-names.ts';
import { checkCycles, checkIds, checkTypes } from './check-nodes.ts';
import { checkSets } from './check-sets.ts';
import { checkEdges, checkInputs } from './check-wires.ts';
import { checkWrites } from './check-writes.ts';
import { buildGraph, type Graph } from './graph.ts';
import { type Info, inferAll } from './inference.ts';
import { resolveParams } from './node-params.ts';
import type { Registry } from './registry.ts';
import { activeNodes, ancestorsOf, checkTargets, defaultTargets } from './targets.ts';
import { type Wiring, wire } from './wiring.ts';

/** The result of {@link analyse}: everything that can be known about a workflow without running it. */
export interface Analysis {
  readonly graph: Graph;
  readonly wiring: Wiring;
  readonly problems: readonly Problem[];
  readonly info: Info;
  /** Nodes that cannot run, each with its first problem. */
  readonly faulty: ReadonlyMap<string, Problem>;
  /** The active nodes whose results the run should compute. */
  readonly targets: ReadonlySet<string>;
}

/** The options of {@link analyse}. */
export interface AnalyseOptions {
  readonly models: ModelCatalogue;
  /** The names of the label sets that workflows can use. Without it, names of sets are not checked. */
  readonly labelSets?: () => readonly string[];
  readonly targets?: readonly string[];
}

function blame(faulty: Map<string, Problem>, problems: readonly Problem[]): void {
  for (const problem of problems) {
    for (const id of problem.nodes ?? [problem.nodeId]) {
      if (id !== undefined && !faulty.has(id)) faulty.set(id, { ...problem, nodeId: id });
    }
  }
}

/** Finds all problems that can be found before a run. It never throws. Its time grows linearly with nodes and edges. */
export function analyse(workflow: Workflow, registry: Registry, options: AnalyseOptions): Analysis {
  const graph = buildGraph(workflow, registry);
  const params = new Map([...graph.nodes.values()].map((node) => [node.id, resolveParams(node)] as const));
  const wiring = wire(graph, params);
  const scope = options.targets && ancestorsOf(graph, options.targets);
  const found = [
    ...checkIds(graph),
    ...checkTypes(graph, registry),
    ...[...wiring.nodes.keys()].flatMap((id) => params.get(id)!.problems),
    ...checkEdges(graph, wiring),
    ...checkInputs(graph, wiring),
    ...checkCycles(graph),
    ...(options.labelSets ? checkSets(wiring, options.labelSets) : []),
    ...checkWrites(wiring, (id) => !scope || scope.has(id)),
  ];
  const faulty = new Map<string, Problem>();
  blame(faulty, found);
  const { info, problems } = inferAll(wiring, options.models, (id) => !faulty.has(id));
  blame(faulty, problems);

  // Problems of muted nodes, and of nodes that need a muted one, do not count. With targets, only problems of nodes
  // that lead to a target count.
  const counts = ({ nodeId }: Problem) =>
    nodeId === undefined || (!wiring.dropped.has(nodeId) && (!scope || scope.has(nodeId)));
  const targets = options.targets
    ? activeNodes(graph, wiring, options.targets)
    : defaultTargets(graph, wiring);
  const all = [
    ...(options.targets ? checkTargets(graph, wiring, options.targets) : []),
    ...[...found, ...problems, ...checkNames(graph)].filter(counts),
  ];
  if (targets.size === 0 && all.length === 0) all.push(wiringMessage('workflow.empty'));
  return { graph, wiring, targets, info, faulty, problems: all };
}
