import { isTensorHandle, type TensorHandle, type View } from '../../nodes/sdk/index.ts';
import { resultMessage } from '../contract/messages/results.ts';
import type { LeftOut } from '../contract/run.ts';
import type { EngineEvent } from '../engine/events.ts';
import { valueJson } from '../results/value-json.ts';
import type { RunnerEvent } from './messages.ts';

/** The most items of a preview, and the most left-out pictures, that are listed. The rest is only counted. */
const SHOWN_ITEMS = 48;
const SHOWN_LEFT_OUT = 100;

/** Shortens a list of left-out items to the first ones and one entry that counts the others. */
export function fewLeftOut(leftOut: readonly LeftOut[]): readonly LeftOut[] {
  if (leftOut.length <= SHOWN_LEFT_OUT) return leftOut;
  const count = leftOut.length - SHOWN_LEFT_OUT;
  return [
    ...leftOut.slice(0, SHOWN_LEFT_OUT),
    { name: '…', reason: resultMessage('result.not-listed', { count }) },
  ];
}

function tensorOf(view: View): TensorHandle | undefined {
  return 'tensor' in view && isTensorHandle(view.tensor) ? view.tensor : undefined;
}

const small = (view: View): View =>
  view.view === 'gallery'
    ? { ...view, items: view.items.slice(0, SHOWN_ITEMS), skipped: fewLeftOut(view.skipped) }
    : view;

/** Turns a preview into plain JSON; undefined if it is too large. */
async function previewJson(view: View): Promise<unknown> {
  try {
    const tooLarge = () => Promise.reject(new Error('too large'));
    return await valueJson('preview', small(view), { save: tooLarge, scores: tooLarge });
  } catch {
    return undefined;
  }
}

/**
 * Turns the events of a run into plain JSON, in order. A preview is sent after its numbers are read, unless the node
 * has ended.
 * @param named adds references to the pictures of a preview
 */
export function plainEvents(
  emit: (event: RunnerEvent) => void,
  named: <T>(json: T) => T,
): (event: EngineEvent) => void {
  const ended = new Set<string>();
  let over = false;
  return (event) => {
    switch (event.type) {
      // The supervisor sends this event itself, together with the results.
      case 'runFinished':
        over = true;
        return;
      case 'nodePreviewed': {
        const { nodeId, view } = event;
        const tensor = tensorOf(view);
        // Retained, because the node may release the tensor before it is read.
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
