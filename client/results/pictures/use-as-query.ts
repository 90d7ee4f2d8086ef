import type { NodeDescriptor } from '../../../nodes/sdk/descriptor.ts';
import type { ViewItem } from '../../../server/contract/view.ts';
import type { Content } from '../../document/content.ts';
import { setParam } from '../../document/edits.ts';
import { nameOfNode } from '../../document/node-name.ts';
import { openStarter } from '../../document/starters.ts';
import { documentActions, useDocument } from '../../document/store.ts';
import { useTabs } from '../../document/tabs.ts';
import { collectionsBehind, upstreamOf } from '../../document/upstream.ts';
import { runActive } from '../../runs/actions.ts';
import { runLatest } from '../../runs/latest.ts';
import { useRuns } from '../../runs/store.ts';
import { useCatalogue } from '../../ui/api/catalogue.ts';
import { browse } from '../../ui/api/files.ts';
import { pathOf } from './identity.ts';

/** A param that takes the picture to search for. */
export interface QueryTarget {
  readonly node: string;
  readonly param: string;
  readonly title: string;
}

const QUERY_PORT = /^(query|queries)$/;

/** Whether what a node produces reaches an input for queries. */
function feedsQuery(content: Content, id: string): boolean {
  const seen = new Set([id]);
  const open = [id];
  const edges = Object.values(content.edges);
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (const { from, to } of edges) {
      if (from.node !== node) continue;
      if (QUERY_PORT.test(to.port)) return true;
      if (seen.has(to.node)) continue;
      seen.add(to.node);
      open.push(to.node);
    }
  return false;
}

/**
 * The params of a workflow that take one picture and lead to an input for queries. Without such a param, those that take one
 * picture in the form.
 */
export function queryTargets(
  content: Content,
  types: Readonly<Record<string, Pick<NodeDescriptor, 'params'>>>,
): QueryTarget[] {
  const taking = content.order.flatMap((id) => {
    const node = content.nodes[id];
    if (!node || !Object.hasOwn(types, node.type)) return [];
    const params = types[node.type]?.params.filter(({ widget }) => widget === 'image') ?? [];
    return params.map(({ name }) => {
      const input = content.inputs.find((one) => one.node === id && one.param === name);
      return { node: id, param: name, title: input?.title ?? nameOfNode(node), isInput: input !== undefined };
    });
  });
  const querying = taking.filter(({ node }) => feedsQuery(content, node));
  const found = querying.length > 0 ? querying : taking.filter(({ isInput }) => isInput);
  return found.map(({ isInput: _, ...target }) => target);
}

/** {@link queryTargets} of the open workflow. */
export const openQueryTargets = (): QueryTarget[] =>
  queryTargets(useDocument.getState(), useCatalogue.getState().types);

/** The path of a picture as workflows write it: that of a sample is the same on every computer. */
async function writtenPath(item: ViewItem): Promise<string> {
  if (item.file === undefined) return pathOf(item);
  const found = await browse(item.file).catch(() => undefined);
  return found?.files.length === 1 ? (found.files[0]?.path ?? item.file) : item.file;
}

/** Searches for a picture with a param of the open workflow: one step of undo, and a run. */
export async function searchFor(item: ViewItem, { node, param }: QueryTarget): Promise<void> {
  const { active } = useTabs.getState();
  const path = await writtenPath(item);
  if (active === null || useTabs.getState().active !== active) return;
  const { edit, endGesture } = documentActions();
  endGesture();
  edit('param', (content) => setParam(content, node, param, path));
  endGesture();
  // A tab that runs on every change runs by itself.
  if (!useRuns.getState().auto.has(active)) runLatest(active);
}

const folderOf = (file: string): string =>
  file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')));

/**
 * The folder in which to look for pictures like one of a node: the folder that the node's pictures come from. If several
 * do, or none, the folder of the picture. Undefined for pictures of a collection, which the template cannot search.
 */
export function folderToSearch(
  content: Pick<Content, 'nodes' | 'edges'>,
  id: string,
  file: string | undefined,
): string | undefined {
  if (collectionsBehind(content, id).length > 0) return undefined;
  const folders = upstreamOf(content, id)
    .filter(({ type }) => type === 'image/load-folder')
    .map(({ params }) => params?.path)
    .filter((path) => typeof path === 'string' && path !== '');
  return folders.length === 1 ? String(folders[0]) : file && folderOf(file);
}

/** {@link folderToSearch} of the open workflow. */
export const openFolderToSearch = (id: string, { file }: ViewItem): string | undefined =>
  folderToSearch(useDocument.getState(), id, file);

/** Opens the template that finds look-alikes, with a picture and the folder to search, and runs it. */
export async function findLookAlikes(item: ViewItem, folder: string): Promise<void> {
  const { view } = useTabs.getState();
  const path = await writtenPath(item);
  const filled: Readonly<Record<string, string | undefined>> = {
    'image/load-folder': folder,
    'image/load-image': path,
  };
  await openStarter('starter:find-similar-images', view === 'form' ? 'form' : 'canvas', (workflow) => ({
    ...workflow,
    nodes: workflow.nodes.map((node) => {
      const value = filled[node.type];
      return value === undefined ? node : { ...node, params: { ...node.params, path: value } };
    }),
  }));
  await runActive();
}
