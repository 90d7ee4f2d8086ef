import type { z } from 'zod';
import {
  createWorkflowSchema,
  embeddingsRequestSchema,
  fetchModelSchema,
  runSavedSchema,
  submitSchema,
  updateWorkflowSchema,
  validateSchema,
} from '../../protocol.ts';

/** The JSON bodies there are, by name: what a route names is what the reading thread checks. */
export const BODIES = {
  submit: submitSchema,
  runSaved: runSavedSchema,
  createWorkflow: createWorkflowSchema,
  updateWorkflow: updateWorkflowSchema,
  validate: validateSchema,
  embeddings: embeddingsRequestSchema,
  fetchModel: fetchModelSchema,
} as const;

/** The name of a JSON body. */
export type BodyName = keyof typeof BODIES;

/** A workflow that was read and is in order as a file; whether it can run is another question. */
export interface ReadWorkflow {
  readonly text: string;
  readonly name: string;
  readonly description: string;
  readonly nodes: number;
}

/** A body as handlers get it: checked, its workflow as text. */
export type BodyOf<N extends BodyName> = {
  [K in keyof z.output<(typeof BODIES)[N]>]: K extends 'workflow'
    ? ReadWorkflow
    : z.output<(typeof BODIES)[N]>[K];
};
