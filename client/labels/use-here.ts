import { WiringView } from '../document/connect.ts';
import { addParts, joinEnds, newNode } from '../document/edits.ts';
import { contentIn, documentActions, useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import type { ViewPlace } from '../results/pictures/selection.ts';
import { descriptorOf, useCatalogue } from '../ui/api/catalogue.ts';
import { t } from '../ui/strings/index.ts';
import { tell } from '../ui/tell.ts';

/** The node that gives pictures the categories of a set, and its param with the name of the set. */
const TYPE = 'label/label-set';

/** About how tall a node is that does not say so, in pixels of the canvas. */
const HEIGHT = 320;

/** The param of the node that names the set: the only text without a default. */
const setParam = (): string | undefined => descriptorOf(TYPE)?.params[0]?.name;

/** The node that loads the pictures of a result: the nearest one before it without an input. */
export function loaderOf(id: string): string | undefined {
  const content = contentIn(useDocument.getState());
  const seen = new Set([id]);
  const open = [id];
  for (let node = open.shift(); node !== undefined; node = open.shift()) {
    const sources = content.edgeOrder.flatMap((edge) => {
      const { from, to } = content.edges[edge] ?? {};
      return from && to?.node === node ? [from.node] : [];
    });
    const own = content.nodes[node];
    const gives = own && descriptorOf(own.type)?.outputs.some(({ types }) => types.includes('images'));
    if (sources.length === 0 && gives) return node;
    for (const source of sources) {
      if (seen.has(source)) continue;
      seen.add(source);
      open.push(source);
    }
  }
  return undefined;
}

/** Whether a set can be used in the workflow of a result: it is open, and its pictures come from a node of it. */
export const canUseHere = ({ tab, nodeId }: ViewPlace): boolean =>
  useTabs.getState().active === tab && setParam() !== undefined && loaderOf(nodeId) !== undefined;

/** Adds the node that gives the pictures of a result the categories of a set, behind the node that loads them. One step of undo. */
export function useHere(set: string, { nodeId }: ViewPlace): void {
  const loader = loaderOf(nodeId);
  const param = setParam();
  const own = loader === undefined ? undefined : useDocument.getState().nodes[loader];
  const output = own && descriptorOf(own.type)?.outputs.find(({ types }) => types.includes('images'));
  if (!own || !output || param === undefined) return;
  const isThere = Object.values(useDocument.getState().nodes).some(
    ({ type, params }) => type === TYPE && params?.[param] === set,
  );
  if (isThere) {
    tell('done', t('categories.alreadyHere'), 'used-here');
    return;
  }
  const { edit, endGesture } = documentActions();
  endGesture();
  edit('add', (content) => {
    // Below everything, so that it covers nothing.
    const bottoms = Object.values(content.nodes).map(
      ({ position, size }) => (position?.y ?? 0) + (size?.height ?? HEIGHT),
    );
    const place = { x: own.position?.x ?? 0, y: Math.max(...bottoms) + 40 };
    const node = newNode(content, TYPE, place, { params: { [param]: set } });
    const added = addParts(content, { nodes: [node] });
    const from = { node: own.id, port: output.name };
    const view = new WiringView(added, useCatalogue.getState().types);
    const input = descriptorOf(TYPE)?.inputs.find(
      ({ name }) => view.refusal(from, { node: node.id, port: name }) === null,
    );
    return input ? joinEnds(added, from, { node: node.id, port: input.name }).content : added;
  });
  endGesture();
  tell('done', t('categories.usedHere'), 'used-here');
}
