import type { Workflow } from './workflow.ts';

/** Keys in the order that is easiest to read; other keys follow, sorted. */
const ORDER = [
  'format version id name description type title mode params node param port from to',
  'position x y size width height collapsed color text help nodes edges groups notes inputs outputs',
]
  .join(' ')
  .split(' ');
const RANK = new Map(ORDER.map((key, i) => [key, i]));

/** An object or list of at most this many characters stays on one line. */
const LINE = 90;

function byRank([a]: [string, unknown], [b]: [string, unknown]): number {
  const order = (RANK.get(a) ?? ORDER.length) - (RANK.get(b) ?? ORDER.length);
  if (order !== 0) return order;
  return a < b ? -1 : 1;
}

function print(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => print(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(byRank)
        .map(([key, item]) => `${JSON.stringify(key)}: ${print(item, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  const line = isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
  // Each object of a list gets its own line, so that a change of a node or wire changes one line.
  const isOpen = indent === '' || (isList && value.some((item) => typeof item === 'object' && item !== null));
  if (!isOpen && indent.length + line.length <= LINE && !line.includes('\n')) return line;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

/**
 * Writes a workflow file. Equal workflows give the same text, whatever the order of their keys. Recursion is safe,
 * because the depth of a parsed workflow is limited.
 */
export function serializeWorkflow(workflow: Workflow): string {
  return `${print(workflow, '')}\n`;
}
