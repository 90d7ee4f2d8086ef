import type { ViewPatch } from '../../../server/contract/view.ts';
import { setParam } from '../../document/edits.ts';
import { documentActions, useDocument } from '../../document/store.ts';
import { useTabs } from '../../document/tabs.ts';
import { runLatest } from '../../runs/latest.ts';
import { useRuns } from '../../runs/store.ts';

const NAMES = ['picture', 'row', 'column'] as const;

/**
 * Picks a patch: sets the three params of its node as one step of undo, and runs the node unless the tab runs on every
 * change. Consecutive moves with keys are one step together.
 */
export function pickPatch(nodeId: string, patch: ViewPatch, by: 'pointer' | 'keys'): void {
  const before = useDocument.getState().nodes[nodeId];
  documentActions().edit(
    'param',
    (content) => NAMES.reduce((next, name) => setParam(next, nodeId, name, patch[name]), content),
    by === 'keys' ? { merge: `patch:${nodeId}` } : {},
  );
  const { active } = useTabs.getState();
  if (active === null || useDocument.getState().nodes[nodeId] === before) return;
  if (!useRuns.getState().auto.has(active)) runLatest(active, { targets: [nodeId] });
}

/**
 * The patch that a node's params pick, even before the node has run with them. Without params, the patch of its last
 * run.
 */
export function pickedNow(
  params: Readonly<Record<string, unknown>> | undefined,
  {
    picked,
    items,
    rows,
    columns,
  }: { picked?: ViewPatch } & { items: readonly unknown[]; rows: number; columns: number },
): ViewPatch | undefined {
  if (!picked) return undefined;
  const own = (name: (typeof NAMES)[number], most: number) => {
    const value = params?.[name];
    return typeof value === 'number' && value >= 1 ? Math.min(value, most) : picked[name];
  };
  return { picture: own('picture', items.length), row: own('row', rows), column: own('column', columns) };
}
