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
  /** For each output of a bypassed node: the output that takes its place where the reader does not say what it takes. */
  readonly bypassed: ReadonlyMap<string, ReadonlyMap<string, End>>;
  /**
   * Where a value really comes from: the end itself, or an end behind a bypassed node; undefined if there is none.
   * @param wanted the types that the reader takes; a bypassed node then passes on an input that fits
   */
  resolve(end: End, wanted?: readonly PortType[]): End | undefined;
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

/** A value that a bypassed node can pass on at one of its outputs. */
interface Choice {
  readonly end: End;
  /** Whether the value has a type of the output. */
  readonly same: boolean;
  /** Whether the input takes what the output gives: pictures and pixels go into a resize, and pixels come out. */
  readonly alike: boolean;
}

/** A bypassed node looks at no more values than this, so that many of them in a row stay quick. */
const MOST_CHOICES = 32;

/** Chooses what a bypassed node passes on to a reader. A reader of any type gets only what resembles the output. */
function choose(
  choices: readonly Choice[],
  typesOf: (end: End) => readonly PortType[],
  wanted: readonly PortType[] | undefined,
): End | undefined {
  const isAny = wanted === undefined || wanted.length === PORT_TYPES.length;
  const fits = ({ end }: Choice) => isAny || common(typesOf(end), wanted).length > 0;
  const found =
    choices.find((choice) => choice.same && fits(choice)) ??
    choices.find((choice) => choice.alike && fits(choice)) ??
    (isAny ? undefined : choices.find(fits)) ??
    // It does not fit, and the check of the wire says so.
    choices.find((choice) => choice.same);
  return found?.end;
}

/** Applies muted and bypassed modes and binds type variables, in one pass along the wires. It never throws. */
export function wire(graph: Graph, paramsOf: ReadonlyMap<string, NodeParams>): Wiring {
  const nodes = new Map<string, WiredNode>();
  // Muted nodes first, because the order below does not contain them.
  const dropped = new Set([...graph.nodes.values()].filter(isMuted).map((node) => node.id));
  const narrowed = new Map<WorkflowEdge, readonly PortType[]>();

  const choices = new Map<string, ReadonlyMap<string, readonly Choice[]>>();
  /** Bypassed nodes with an input that was dropped, so what they pass on may be missing. */
  const lossy = new Set<string>();

  const resolve = (end: End, wanted?: readonly PortType[]): End | undefined => {
    if (dropped.has(end.node)) return undefined;
    const found = choices.get(end.node);
    if (!found) return graph.nodes.has(end.node) ? end : undefined;
    return choose(found.get(end.port) ?? [], typesOf, wanted);
  };
  const typesOf = (end: End): readonly PortType[] => {
    const wired = nodes.get(end.node)?.gives.get(end.port);
    if (wired) return wired;
    const node = graph.nodes.get(end.node);
    return (node && portOf(node, 'outputs', end.port)?.types) ?? PORT_TYPES;
  };

  /** For each output of a bypassed node, the values before it that it can pass on, in the order of its inputs. */
  const passThrough = (node: GraphNode): ReadonlyMap<string, readonly Choice[]> => {
    const through = new Map<string, readonly Choice[]>();
    for (const [name, output] of Object.entries(portsOf(node, 'outputs'))) {
      const found = new Map<string, Choice>();
      for (const [input, port] of Object.entries(portsOf(node, 'inputs'))) {
        const alike = common(port.types, output.types).length > 0;
        for (const edge of node.incoming) {
          if (edge.to.port !== input || dropped.has(edge.from.node)) continue;
          const before = choices.get(edge.from.node)?.get(edge.from.port);
          const ends = before ?? [{ end: edge.from, same: true, alike: true }];
          for (const { end, alike: wasAlike } of ends) {
            const key = `${end.node.length}:${end.node}${end.port}`;
            const same = common(typesOf(end), output.types).length > 0;
            if (found.size < MOST_CHOICES && !found.has(key))
              found.set(key, { end, same, alike: alike && wasAlike });
          }
        }
      }
      through.set(name, [...found.values()]);
    }
    return through;
  };

  const connect = (node: GraphNode): WiredNode => {
    const params = paramsOf.get(node.id)?.values ?? {};
    const sources = new Map<string, End[]>();
    const bound = new Map<string, readonly PortType[]>();
    for (const edge of node.incoming) {
      const port = portOf(node, 'inputs', edge.to.port);
      const end = resolve(edge.from, port?.types);
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
      node.incoming
        .filter(({ from }) => dropped.has(from.node) || lossy.has(from.node))
        .map((edge) => edge.to.port),
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
      const through = passThrough(node);
      const isLossy = node.incoming.some(({ from }) => dropped.has(from.node) || lossy.has(from.node));
      const isEmpty = [...through.values()].every((ends) => ends.length === 0);
      if (isLossy) lossy.add(node.id);
      // A bypassed node is dropped if it has nothing to pass on because its inputs were dropped.
      if (isLossy && isEmpty) dropped.add(node.id);
      else choices.set(node.id, through);
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
  const bypassed = new Map(
    [...choices].map(([id, outputs]) => {
      const ends = [...outputs.keys()].flatMap((port) => {
        const end = resolve({ node: id, port });
        return end ? [[port, end] as const] : [];
      });
      return [id, new Map(ends)] as const;
    }),
  );
  return {
    nodes,
    dropped,
    bypassed,
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
