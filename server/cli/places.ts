import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Registry } from '../engine/registry.ts';

/** Names a node so that it can be found in the file: its title, and its id where that says more. */
export type PlaceOf = (nodeId: string) => string;

/** Places of a workflow's nodes. */
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

/** A message as a terminal shows it: messages set names in asterisks, which editors draw as emphasis. */
export const spoken = (message: string): string => message.replaceAll(/\*([^*\n]+)\*/g, '$1');

/** A problem as a line: where, and what. A message that begins with its node's title needs only the id. */
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
