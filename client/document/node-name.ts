import type { WorkflowNode } from '../../workflows/workflow.ts';
import { nodeTitleText } from '../ui/strings/workflow-text.ts';
import { useDocument } from './store.ts';

/** The name of a node for people: its own title, otherwise the title of its type. */
export const nameOfNode = ({ title, type }: Pick<WorkflowNode, 'title' | 'type'>): string =>
  nodeTitleText(type, title);

/** The name of a node in the open workflow. */
export function nodeName(id: string): string {
  const node = useDocument.getState().nodes[id];
  return node ? nameOfNode(node) : id;
}
