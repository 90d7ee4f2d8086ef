import { titleOf } from '../../nodes/sdk/descriptor.ts';
import { englishOf, type Said } from '../../nodes/sdk/messages.ts';
import type { PortType } from '../../nodes/sdk/values.ts';
import { emphasize, fieldTitle, kinds, nodeTitle, word } from '../../nodes/sdk/words.ts';
import type { WorkflowNode } from '../../workflows/workflow.ts';

const LONGEST_ID = 60;

/** The name of a node for messages: the title given by the user, else the title of its type, else the type. */
export function nodeName(
  { title, type }: Pick<WorkflowNode, 'title' | 'type'>,
  definition: { readonly title: string } | undefined,
): Said {
  if (title) return emphasize(title);
  return definition ? nodeTitle(type, definition.title) : emphasize(type);
}

/** The names of several nodes for one message. Nodes with the same title also show their ids. */
export function namesApart(nodes: readonly { readonly id: string; readonly name: Said }[]): Said[] {
  const times = new Map<string, number>();
  for (const { name } of nodes) times.set(englishOf(name), (times.get(englishOf(name)) ?? 0) + 1);
  return nodes.map(({ id, name }) =>
    times.get(englishOf(name))! > 1
      ? word('title.with-id', { title: name, id: id.slice(0, LONGEST_ID) })
      : name,
  );
}

/** The name of a port or param for messages. `type` is the type of its node. */
export function fieldName(
  field: 'input' | 'output' | 'param',
  type: string,
  name: string,
  spec: { readonly title?: string | undefined } | undefined,
): Said {
  return fieldTitle(field, type, name, spec?.title ?? titleOf(name));
}

/** Lists port types in English: `images or pixels`. */
export function typesText(types: readonly PortType[]): string {
  return word('kind.list', { kinds: kinds(types) }).message;
}
