import { useDocument } from '../document/store.ts';
import { nodeText } from '../ui/strings/index.ts';

/** What people call a node of the workflow that is seen: its own title, or that of its type. */
export function nodeName(id: string): string {
  const node = useDocument.getState().nodes[id];
  return node ? node.title || nodeText(node.type).title : id;
}
