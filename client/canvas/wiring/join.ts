import { useChecks } from '../../document/checks.ts';
import {
  type Converter,
  convertersBetween,
  type End,
  type Refusal,
  WiringView,
} from '../../document/connect.ts';
import { workflowOf } from '../../document/content.ts';
import { addParts, edgesInto, joinEnds, newNode, removeItems } from '../../document/edits.ts';
import { documentActions } from '../../document/store.ts';
import { useCatalogue } from '../../ui/api/catalogue.ts';
import { validateWorkflow } from '../../ui/api/workflows.ts';
import { contentNow } from '../flow.ts';

const edit = documentActions;
const types = () => useCatalogue.getState().types;

/** Why two ports cannot be connected, or null if they can. At an input with a wire, the new wire would replace it. */
export function refusalOf(from: End, to: End): Refusal | null {
  return new WiringView(contentNow(), types()).refusal(from, to, true);
}

/** Node types that could stand between two ports of different types. */
export function convertersFor(from: End, to: End): Converter[] {
  const view = new WiringView(contentNow(), types());
  return convertersBetween(types(), view.gives(from), view.takes(to)).slice(0, 3);
}

/** How long a new wire waits for the server's check of the spaces, in milliseconds. */
const SPACE_MS = 600;

/** The server's refusal of a wire that the port types allow: vectors from two different spaces. */
async function spaceRefusal(from: End, to: End): Promise<Refusal | null> {
  const view = new WiringView(contentNow(), types());
  if (!view.gives(from).includes('embeddings')) return null;
  const known = new Set(useChecks.getState().problems.map(({ message }) => message));
  const candidate = joinEnds(contentNow(), from, to, true).content;
  try {
    const { problems } = await validateWorkflow(workflowOf(candidate), AbortSignal.timeout(SPACE_MS));
    return problems.find(({ code, message }) => code.startsWith('space.') && !known.has(message)) ?? null;
  } catch {
    return null;
  }
}

/** Connects two ports as one step of undo, or returns why that is refused. */
export async function connect(from: End, to: End, moved?: string): Promise<Refusal | null> {
  const refused = refusalOf(from, to) ?? (await spaceRefusal(from, to));
  if (refused) return refused;
  edit().edit('connect', (content) => {
    const base = moved === undefined ? content : removeItems(content, new Set(), new Set([moved]));
    const many = types()[base.nodes[to.node]?.type ?? '']?.inputs.find(({ name }) => name === to.port)?.many;
    return joinEnds(base, from, to, !many).content;
  });
  return null;
}

/** Inserts a node between two ports and connects all three. */
export function insertConverter(converter: Converter, from: End, to: End): void {
  const { nodes } = contentNow();
  const [a, b] = [nodes[from.node]?.position, nodes[to.node]?.position];
  if (!a || !b) return;
  const content = contentNow();
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 + 40 };
  const node = newNode(content, converter.type, middle);
  edit().edit(
    'connect',
    (before) => {
      let next = addParts(before, { nodes: [node] });
      next = joinEnds(next, from, { node: node.id, port: converter.input }).content;
      return joinEnds(next, { node: node.id, port: converter.output }, to, true).content;
    },
    { select: [node.id] },
  );
}

/** Removes all wires of a node. */
export function disconnect(id: string): void {
  const { edges } = contentNow();
  const wires = Object.values(edges).filter(({ from, to }) => from.node === id || to.node === id);
  edit().edit('disconnect', (content) =>
    removeItems(content, new Set(), new Set(wires.map((edge) => edge.id))),
  );
}

/** The wires into an input. */
export const wiresInto = (to: End) => edgesInto(contentNow(), to);
