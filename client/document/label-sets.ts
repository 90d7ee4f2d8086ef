import { descriptorOf } from '../ui/api/catalogue.ts';
import { type Content, upstreamOf } from './content.ts';

/** The names of the category sets that nodes of a workflow use, by node. Sets that are files of their own are left out. */
export function labelSetsIn({ nodes }: Pick<Content, 'nodes'>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, type, params } of Object.values(nodes)) {
    const param = descriptorOf(type)?.params.find(({ widget }) => widget === 'label-set');
    const set = param && params?.[param.name];
    if (typeof set === 'string' && set.trim() !== '' && !/\.json$/i.test(set.trim()))
      found.set(id, set.trim().normalize('NFC'));
  }
  return found;
}

/** The category set behind the result of a node: one before it, otherwise the only one of the workflow. Undefined if there is none. */
export function labelSetOf(content: Pick<Content, 'nodes' | 'edges'>, nodeId: string): string | undefined {
  const sets = labelSetsIn(content);
  const before = upstreamOf(content, [nodeId]);
  for (const [node, set] of sets) if (before.has(node)) return set;
  const all = new Set(sets.values());
  return all.size === 1 ? [...all][0] : undefined;
}
