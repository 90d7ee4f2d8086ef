import { isTensorHandle, type TensorHandle, type View } from '../../nodes/sdk/index.ts';
import type { LeftOut } from '../contract/run.ts';
import type { EngineEvent } from '../engine/events.ts';
import { valueJson } from '../results/value-json.ts';
import type { RunnerEvent } from './messages.ts';

/** Items of a first look, and of a list of what was left out; the rest is counted. */
const SHOWN_ITEMS = 48;
const SHOWN_LEFT_OUT = 100;

/** The first items that were left out, and how many more there are. */
export function fewLeftOut(leftOut: readonly LeftOut[]): readonly LeftOut[] {
  if (leftOut.length <= SHOWN_LEFT_OUT) return leftOut;
  const more = leftOut.length - SHOWN_LEFT_OUT;
  return [...leftOut.slice(0, SHOWN_LEFT_OUT), { name: `and ${more} more`, reason: 'Not listed here.' }];
}

function tensorOf(view: View): TensorHandle | undefined {
  return 'tensor' in view && isTensorHandle(view.tensor) ? view.tensor : undefined;
}

const small = (view: View): View =>
  view.view === 'gallery'
    ? { ...view, items: view.items.slice(0, SHOWN_ITEMS), skipped: fewLeftOut(view.skipped) }
    : view;

/** A first look as plain JSON; undefined where it is too large to be one. */
async function previewJson(view: View): Promise<unknown> {
  try {
    const tooLarge = () => Promise.reject(new Error('too large'));
    return await valueJson('preview', small(view), { save: tooLarge, scores: tooLarge });
  } catch {
    return undefined;
  }
}

/**
 * Turns a run's events into plain JSON, in order; a preview comes when its numbers are there, unless its node has ended.
 * @param named names the pictures that a preview shows
 */
export function plainEvents(
  emit: (event: RunnerEvent) => void,
  named: <T>(json: T) => T,
): (event: EngineEvent) => void {
  const ended = new Set<string>();
  let over = false;
  return (event) => {
    switch (event.type) {
      // Told with the outcome: a run is finished when its results are there.
      case 'runFinished':
        over = true;
        return;
      case 'nodePreviewed': {
        const { nodeId, view } = event;
        const tensor = tensorOf(view);
        // The node may let go of it before it is read.
        tensor?.retain();
        void previewJson(view)
          .then((json) => {
            if (json !== undefined && !over && !ended.has(nodeId))
              emit({ type: 'nodePreviewed', nodeId, view: named(json) });
          })
          .finally(() => tensor?.release());
        return;
      }
      case 'nodeFinished':
      case 'nodeCached':
        ended.add(event.nodeId);
        emit(event.skipped ? { ...event, skipped: fewLeftOut(event.skipped) } : event);
        return;
      case 'nodeFailed':
        ended.add(event.nodeId);
        emit(event);
        return;
      default:
        emit(event);
    }
  };
}
