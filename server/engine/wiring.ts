import { PORT_TYPES, type PortSpec, type PortType } from '../../nodes/sdk/index.ts';
import type { WorkflowEdge } from '../../workflows/workflow.ts';
import type { End } from '../contract/wiring.ts';
import { type Graph, type GraphNode, isMuted, portOf, portsOf } from './graph.ts';
import type { NodeParams } from './node-params.ts';

/** An active node with its effective wires: bypassed nodes are skipped, and muted ones removed. */
export interface WiredNode extends GraphNode {
  readonly params: NodeParams['values'];
  /** Where each input comes from, in the order of the edges. Inputs without a wire have no entry. */
  readonly sources: ReadonlyMap<string, readonly End[]>;
  /**
   * The lazy inputs that the params need; undefined if the definition does not say, and then all wired inputs are used.
   */
  readonly asked: ReadonlySet<string> | undefined;
  /** The types each output can have. A bound type variable narrows them. */
  readonly gives: ReadonlyMap<string, readonly PortType[]>;
}

/** A graph after muted and bypassed nodes were applied. */
export interface Wiring {
  /** Active nodes, sources first. Nodes on or behind a cycle come last, in no order, including bypassed ones. */
  readonly nodes: ReadonlyMap<string, WiredNode>;
  /** Muted nodes and the nodes that need one of them. */
  readonly dropped: ReadonlySet<string>;
  /** For each output of a bypassed node: the output that takes its place. */
  readonly bypassed: ReadonlyMap<string, ReadonlyMap<string, End>>;
  /**
   * Where a value really comes from: the end itself, or the end behind a bypassed node; undefined if it was dropped.
   */
  resolve(end: End): End | undefined;
  /** The types that the input of a wire can take, given the wires before it. */
  takes(edge: WorkflowEdge): readonly PortType[];
  /** The types of the value at an end. */
  typesOf(end: End): readonly PortType[];
}

/** The lazy inputs that a node needs; undefined if its definition does not say or fails to. */
function askedInputs(node: GraphNode, params: NodeParams['values']): ReadonlySet<string> | undefined {
  try {
    return node.definition?.needs && new Set(node.definition.needs(params));
  } catch {
    return undefined;
  }
}

function common(a: readonly PortType[], b: readonly PortType[]): readonly PortType[] {
  return a.filter((type) => b.includes(type));
}

/** Applies muted and bypassed modes and binds type variables, in one pass along the wires. It never throws. */
export function wire(graph: Graph, paramsOf: ReadonlyMap<string, NodeParams>): Wiring {
  const nodes = new Map<string, WiredNode>();
  // Muted nodes first, because the order below does not contain them.
  const dropped = new Set([...graph.nodes.values()].filter(isMuted).map((node) => node.id));
  const passes = new Map<string, ReadonlyMap<string, End>>();
  const narrowed = new Map<WorkflowEdge, readonly PortType[]>();

  const resolve = (end: End): End | undefined => {
    if (dropped.has(end.node)) return undefined;
    const through = passes.get(end.node);
    return through ? through.get(end.port) : graph.nodes.has(end.node) ? end : undefined;
  };
  const typesOf = (end: End): readonly PortType[] => {
    const wired = nodes.get(end.node)?.gives.get(end.port);
    if (wired) return wired;
    const node = graph.nodes.get(end.node);
    return (node && portOf(node, 'outputs', end.port)?.types) ?? PORT_TYPES;
  };

  /** For each output of a bypassed node, the first wired input with a matching type. */
  const passThrough = (node: GraphNode): ReadonlyMap<string, End> => {
    const through = new Map<string, End>();
    const inputs = Object.keys(portsOf(node, 'inputs'));
    const ends = inputs.flatMap((name) =>
      node.incoming.filter((edge) => edge.to.port === name).flatMap((edge) => resolve(edge.from) ?? []),
    );
    for (const [name, port] of Object.entries(portsOf(node, 'outputs'))) {
      const end = ends.find((one) => common(typesOf(one), port.types).length > 0);
      if (end) through.set(name, end);
    }
    return through;
  };

  const connect = (node: GraphNode): WiredNode => {
    const params = paramsOf.get(node.id)?.values ?? {};
    const sources = new Map<string, End[]>();
    const bound = new Map<string, readonly PortType[]>();
    for (const edge of node.incoming) {
      const end = resolve(edge.from);
      const port = portOf(node, 'inputs', edge.to.port);
      if (!end) continue;
      const list = sources.get(edge.to.port);
      if (list) list.push(end);
      else sources.set(edge.to.port, [end]);
      if (!port?.variable) continue;
      const takes = common(bound.get(port.variable) ?? PORT_TYPES, port.types);
      narrowed.set(edge, takes);
      const fitting = common(takes, typesOf(end));
      if (fitting.length > 0) bound.set(port.variable, fitting);
    }
    const give = (port: PortSpec) => common(port.types, bound.get(port.variable ?? '') ?? port.types);
    const gives = new Map(
      Object.entries(portsOf(node, 'outputs')).map(([name, port]) => [name, give(port)] as const),
    );
    return { ...node, params, sources, asked: askedInputs(node, params), gives };
  };

  /** Whether a required input had wires and all of them were dropped. */
  const lacksDropped = (node: GraphNode, wired: WiredNode): boolean => {
    const lost = new Set(
      node.incoming.filter((edge) => dropped.has(edge.from.node)).map((edge) => edge.to.port),
    );
    return [...lost].some((name) => {
      if (wired.sources.has(name)) return false;
      const port = portOf(node, 'inputs', name);
      return port ? isNeeded(port, name, wired) : node.definition === undefined;
    });
  };

  for (const node of graph.order) {
    if (isMuted(node)) continue;
    if (node.node.mode === 'bypass' && node.definition) {
      // A bypassed node is dropped if it has nothing to pass on because its inputs were dropped.
      const through = passThrough(node);
      if (through.size === 0 && node.incoming.some((edge) => dropped.has(edge.from.node)))
        dropped.add(node.id);
      else passes.set(node.id, through);
    } else {
      const wired = connect(node);
      if (lacksDropped(node, wired)) dropped.add(node.id);
      else nodes.set(node.id, wired);
    }
  }
  // On a cycle there is no order to find what a bypassed node passes on, so here it counts as an active node. After a
  // node is dropped, the nodes behind it are checked again.
  const open = [...graph.unordered];
  for (const node of open) {
    if (dropped.has(node.id)) continue;
    const wired = connect(node);
    nodes.set(node.id, wired);
    if (!lacksDropped(node, wired)) continue;
    dropped.add(node.id);
    nodes.delete(node.id);
    open.push(...node.outgoing.map((edge) => graph.nodes.get(edge.to.node)!));
  }
  return {
    nodes,
    dropped,
    bypassed: passes,
    resolve,
    typesOf,
    takes: (edge) => {
      const node = graph.nodes.get(edge.to.node);
      return narrowed.get(edge) ?? (node && portOf(node, 'inputs', edge.to.port)?.types) ?? PORT_TYPES;
    },
  };
}

/** Whether a node cannot run without a wire at this input. */
export function isNeeded(port: PortSpec, name: string, node: Pick<WiredNode, 'asked'>): boolean {
  return port.lazy && node.asked ? node.asked.has(name) : port.required;
}

/** Whether the value of this input is computed. */
export function isTaken(port: PortSpec | undefined, name: string, node: Pick<WiredNode, 'asked'>): boolean {
  return !port?.lazy || !node.asked || node.asked.has(name);
}
