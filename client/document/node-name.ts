import type { WorkflowNode } from '../../workflows/workflow.ts';
import { nodeText } from '../ui/strings/index.ts';
import { useDocument } from './store.ts';

/** What people call a node: its own title, or that of its type. */
export const nameOfNode = ({ title, type }: Pick<WorkflowNode, 'title' | 'type'>): string =>
  title || nodeText(type).title;

/** What people call a node of the workflow that is seen. */
export function nodeName(id: string): string {
  const node = useDocument.getState().nodes[id];
  return node ? nameOfNode(node) : id;
}
