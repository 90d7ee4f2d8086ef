import type { ViewPatch } from '../../../server/contract/view.ts';
import { runWith } from '../../runs/latest.ts';

const NAMES = ['picture', 'row', 'column'] as const;

/** Picks a patch: sets the three params of its node, and runs the node. Consecutive moves by keys are one step of undo. */
export function pickPatch(nodeId: string, { picture, row, column }: ViewPatch, by: 'pointer' | 'keys'): void {
  runWith(nodeId, { picture, row, column }, by === 'keys' ? `patch:${nodeId}` : undefined);
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
