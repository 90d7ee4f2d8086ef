import { useState } from 'react';
import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { documentActions } from '../document/store.ts';

/** Props of every control. */
export interface ControlProps {
  readonly descriptor: ParamDescriptor;
  /** The value from the workflow, or the default. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Id of the control; its label refers to it. */
  readonly id: string;
  /** Id of the sentence that describes the problem; undefined if there is none. */
  readonly problemId: string | undefined;
}

/** Attributes that connect a control with its label, help and problem. */
export function fieldAttributes({ descriptor, id, problemId }: ControlProps) {
  return {
    id,
    'data-field': '',
    'aria-description': descriptor.help,
    'aria-invalid': problemId !== undefined || undefined,
    'aria-describedby': problemId,
  };
}

/** The text of a field while the user types. */
export interface Draft {
  readonly text: string;
  readonly type: (text: string) => void;
  /** Shows the value instead of the typed text, and ends the gesture. */
  readonly settle: () => void;
}

/**
 * Keeps the typed text while it has the same meaning as the value. If the value changes elsewhere, its text is shown.
 * If the typed text cannot be read, it becomes the value itself: nothing is lost, and the field shows the problem.
 */
export function useDraft<T>(
  value: unknown,
  write: (value: unknown) => string,
  read: (text: string) => T | undefined,
  onChange: (value: T | string) => void,
): Draft {
  const [draft, setDraft] = useState<{ text: string; value: unknown } | null>(null);
  return {
    text: draft !== null && Object.is(draft.value, value) ? draft.text : write(value),
    type: (text) => {
      const next = read(text) ?? text;
      setDraft({ text, value: next });
      onChange(next);
    },
    settle: () => {
      setDraft(null);
      documentActions().endGesture();
    },
  };
}
