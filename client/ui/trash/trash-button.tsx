import { useState } from 'react';
import type { Said } from '../../../nodes/sdk/messages.ts';
import type { Deletion, TrashEntry, TrashKind } from '../../../server/contract/trash.ts';
import { describeDeletion } from '../api/trash.ts';
import { DeleteButton } from '../delete-button.tsx';
import { t } from '../strings/index.ts';
import { messageOf, told } from '../strings/told.ts';
import { attempt } from '../tell.ts';
import { tellDeleted } from './undo.tsx';
import { confirmText, questionText } from './words.ts';

/** A button that deletes something after it has said what goes, and offers to undo it. */
export function TrashButton({
  kind,
  id,
  name,
  label = t('home.delete', { name }),
  size,
  onDelete,
}: {
  readonly kind: TrashKind;
  /** The id, or the name of a folder of uploads. */
  readonly id: string;
  /** Its name for people. */
  readonly name: string;
  readonly label?: string;
  readonly size?: 'sm';
  readonly onDelete: () => Promise<TrashEntry>;
}) {
  const [deletion, setDeletion] = useState<Deletion>();
  const [problem, setProblem] = useState<Said>();
  const ask = () => {
    setDeletion(undefined);
    setProblem(undefined);
    describeDeletion(kind, id).then(setDeletion, (error: unknown) => setProblem(messageOf(error)));
  };
  return (
    <DeleteButton
      label={label}
      size={size}
      question={problem ? told(problem) : deletion && questionText(deletion, name)}
      confirm={deletion && confirmText(deletion)}
      onAsk={ask}
      onDelete={() => void attempt(onDelete().then(tellDeleted))}
    />
  );
}
