import type { AnyNodeDefinition, PortSpec, PortType } from '../../nodes/sdk/index.ts';
import { PORT_TYPES, titleOf } from '../../nodes/sdk/index.ts';
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
export function nodeName(node: WorkflowNode, definition: AnyNodeDefinition | undefined): string {
  return emphasize(node.title || definition?.title || node.type);
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
