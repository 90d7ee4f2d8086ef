import type { LabelChange, LabelEdit } from '../../../server/contract/labels.ts';
import { showLabelSet } from '../../ui/labels/label-sets.ts';
import { outbox } from '../../ui/labels/outbox.ts';
import { type Correction, remember, say, settle } from './corrections.ts';

/** What a correction writes. */
interface Writing {
  readonly edits?: readonly LabelEdit[];
  readonly changes?: readonly LabelChange[];
}

const newParcel = () => `p${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
let isReading = false;

/** Hears what became of corrections that waited. The room where pictures are sorted says why one was refused. */
function begin(): void {
  if (isReading) return;
  isReading = true;
  outbox.read({
    kept({ id }, { set, undo }) {
      if (id === undefined) return;
      showLabelSet(set);
      settle(id, undo);
    },
    refused({ id }) {
      const lost = id === undefined ? undefined : settle(id, undefined);
      if (lost) say(lost.tab, lost.correction.before);
    },
  });
}

function post(set: string, { edits = [], changes = [] }: Writing): string {
  begin();
  const id = newParcel();
  outbox.add({ set, edits, changes, id });
  return id;
}

/** Sends a correction when the server answers again. It can be undone before. */
export function queueCorrection(tab: string, correction: Omit<Correction, 'undo'>, writing: Writing): void {
  remember(tab, { ...correction, undo: [], parcel: post(correction.set, writing) });
}

/** Sends what undoes a correction when the server answers again. */
export function queueUndo({ set, undo }: Correction): void {
  for (const writing of undo) post(set, writing);
}
