import { useState } from 'react';
import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { documentActions } from '../document/store.ts';

/** What every control is given. */
export interface ControlProps {
  readonly descriptor: ParamDescriptor;
  /** The workflow's value, or the default. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** For the label. */
  readonly id: string;
  /** Of the sentence that says what is wrong; undefined when nothing is. */
  readonly problemId: string | undefined;
}

/** Attributes that tie a control to its label, help and problem. */
export function fieldAttributes({ descriptor, id, problemId }: ControlProps) {
  return {
    id,
    'aria-description': descriptor.help,
    'aria-invalid': problemId !== undefined || undefined,
    'aria-describedby': problemId,
  };
}

/** Between a value and what is typed for it. */
export interface Draft {
  readonly text: string;
  readonly type: (text: string) => void;
  /** Shows the value itself again, and ends the gesture. */
  readonly settle: () => void;
}

/**
 * What is typed stays as it is typed while it stands for the value; a value that changes elsewhere replaces it. What cannot be
 * read is the value itself, as text: nothing that was typed is lost, and the field says what is wrong.
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
