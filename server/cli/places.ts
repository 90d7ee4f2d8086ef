import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Registry } from '../engine/registry.ts';

/** Names a node so that people find it in the file: by its title, and by its id if the title is not enough. */
export type PlaceOf = (nodeId: string) => string;

/** Makes a function that names the nodes of a workflow. */
export function placesOf(workflow: Workflow, registry: Registry): PlaceOf {
  const titles = new Map(
    workflow.nodes.map(({ id, type, title }) => [id, title ?? registry.get(type)?.title ?? type]),
  );
  return (nodeId) => {
    const title = titles.get(nodeId);
    if (title === undefined) return nodeId;
    return title.toLowerCase() === nodeId.toLowerCase() ? title : `${title} (${nodeId})`;
  };
}

/** A message for a terminal. Messages put names in asterisks, which the studio shows as emphasis. */
export const spoken = (message: string): string => message.replaceAll(/\*([^*\n]+)\*/g, '$1');

/**
 * A problem as one line: the node and the message. If the message begins with the node's title, only the id is added.
 */
export function problemLine(
  { nodeId, message }: Pick<ErrorDetails, 'nodeId' | 'message'>,
  placeOf: PlaceOf,
): string {
  const text = spoken(message);
  if (nodeId === undefined) return text;
  const place = placeOf(nodeId);
  const title = place.endsWith(` (${nodeId})`) ? place.slice(0, -nodeId.length - 3) : place;
  return `${text.startsWith(`${title} `) ? nodeId : place}: ${text}`;
}
