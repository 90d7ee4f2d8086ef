import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';

/** What a param's widget is given. */
export interface ParamFieldProps {
  readonly descriptor: ParamDescriptor;
  /** Undefined where the workflow says nothing: the default counts. */
  readonly value: unknown;
  /** Called for each change; changes of one param of one node in one gesture become one undo step. */
  readonly onChange: (value: unknown) => void;
  readonly nodeId: string;
}

/** The widget of a param. */
export function ParamField(_props: ParamFieldProps) {
  return null;
}
