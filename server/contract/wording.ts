import { titleOf } from '../../nodes/sdk/descriptor.ts';
import type { PortSpec } from '../../nodes/sdk/ports.ts';
import { PORT_TYPES, type PortType } from '../../nodes/sdk/values.ts';
import type { WorkflowNode } from '../../workflows/workflow.ts';

const LONGEST = 60;

/** A name within a sentence: short, and in asterisks, which screens show as emphasis. */
export function emphasize(name: string): string {
  const plain = name
    .slice(0, 10 * LONGEST)
    .replaceAll(/[*\s]+/g, ' ')
    .trim();
  return `*${plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain}*`;
}

/** A node as people know it: its own title, else its definition's, else its type. */
export function nodeName(node: WorkflowNode, definition: { readonly title: string } | undefined): string {
  return emphasize(node.title || definition?.title || node.type);
}

/** Names of nodes that stand side by side in a sentence: where a title repeats, each with its id. */
export function namesApart(nodes: readonly { readonly id: string; readonly name: string }[]): string[] {
  const times = new Map<string, number>();
  for (const { name } of nodes) times.set(name, (times.get(name) ?? 0) + 1);
  return nodes.map(({ id, name }) => (times.get(name)! > 1 ? `${name} (${id.slice(0, LONGEST)})` : name));
}

/** A port or param as people know it. */
export function fieldName(name: string, spec: Pick<PortSpec, 'title'> | undefined): string {
  return emphasize(spec?.title ?? titleOf(name));
}

/** `images or pixels` */
export function typesText(types: readonly PortType[]): string {
  return types.length === PORT_TYPES.length ? 'anything' : types.join(' or ');
}

/** ` Did you mean "top-k"?`, or nothing. */
export function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}
