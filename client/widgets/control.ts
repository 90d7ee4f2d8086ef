import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';

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
