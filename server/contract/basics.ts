import { z } from 'zod';
import type { ErrorDetails } from '../../nodes/sdk/errors.ts';
import { argSchema } from '../../nodes/sdk/messages.ts';
import { jsonSchema } from '../../workflows/workflow.ts';

/** The id of a run, node, workflow or series. */
export const id = z.string().min(1).max(200);
/** An id for a lookup in the journal. It has no NUL, because a database ends texts there. */
export const storedId = id.refine((text) => !text.includes('\0'), { params: { expected: 'no-nul' } });
/** A whole number of things. */
export const count = z.int().min(0);
/** A time as ISO 8601 text in UTC. */
export const time = z.iso.datetime();
/** Any JSON value. */
export const json: z.ZodType<unknown> = jsonSchema;

/** The fields of a message: its code, the values in it, and its English text. */
export const message = {
  code: z.string(),
  args: z.record(z.string(), argSchema).optional(),
  message: z.string(),
};
/** A message that was stored. Older versions stored only the text. */
export const storedMessage = { ...message, code: z.string().default('text') };

/** A problem that stops a workflow or a part of it, or any other failure. */
export interface Problem extends ErrorDetails {
  /** All nodes involved if there are several, for example the path of a cycle. */
  readonly nodes?: readonly string[];
}

/** A problem as JSON: a code, a text and, if known, a place in the workflow. */
export const problemSchema = z
  .object({
    ...message,
    nodeId: z.string().optional(),
    port: z.string().optional(),
    param: z.string().optional(),
    expected: z.string().optional(),
    got: z.string().optional(),
    nodes: z.array(z.string()).readonly().optional(),
  })
  .meta({ id: 'Problem' }) satisfies z.ZodType<Problem>;

/** The JSON body of every answer that is not a success. */
export const errorSchema = z
  .object({
    error: z.object({
      ...message,
      /** All problems of the workflow, if the workflow caused the error. */
      problems: z.array(problemSchema).readonly().optional(),
      /** The current revision, after a conflict. */
      revision: z.int().optional(),
    }),
  })
  .meta({ id: 'Error' });
/** The JSON body of every answer that is not a success. */
export type ErrorBody = z.infer<typeof errorSchema>;

/** One page of a list. `next` is the cursor of the next page; null on the last page. */
export const pageOf = <T extends z.ZodType>(entry: T) =>
  z.object({ items: z.array(entry).readonly(), next: z.string().nullable() });
/** One page of a list; see {@link pageOf}. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** `Omit` for each member of a union, so that the result is still a union. */
export type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
