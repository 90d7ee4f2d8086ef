import { z } from 'zod';
import type { ErrorDetails } from '../../nodes/sdk/errors.ts';
import { argSchema } from '../../nodes/sdk/messages.ts';
import { jsonSchema } from '../../workflows/workflow.ts';

/** Id of a run, a node, a workflow or a series. */
export const id = z.string().min(1).max(200);
/** Id of something that the journal finds by it: a database ends texts at NUL. */
export const storedId = id.refine((text) => !text.includes('\0'), { params: { expected: 'no-nul' } });
/** A number of things. */
export const count = z.int().min(0);
/** A moment, as ISO 8601 text in UTC. */
export const time = z.iso.datetime();
/** Any JSON value. */
export const json: z.ZodType<unknown> = jsonSchema;

/** The fields of a message: its code, the values it speaks of, and its English text. */
export const message = {
  code: z.string(),
  args: z.record(z.string(), argSchema).optional(),
  message: z.string(),
};
/** The same in a row that an older version may have stored with a text alone. */
export const storedMessage = { ...message, code: z.string().default('text') };

/** Something that keeps a workflow, or a part of it, from running; or why anything else did not work. */
export interface Problem extends ErrorDetails {
  /** All nodes concerned, where there is more than one: the path of a cycle. */
  readonly nodes?: readonly string[];
}

/** A stable code, a sentence and, where there is one, a place in the workflow. */
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

/** The body of every answer that is not a success. */
export const errorSchema = z
  .object({
    error: z.object({
      ...message,
      /** All problems of the workflow, when the workflow is at fault. */
      problems: z.array(problemSchema).readonly().optional(),
      /** The present revision, after a conflict. */
      revision: z.int().optional(),
    }),
  })
  .meta({ id: 'Error' });
/** The body of every answer that is not a success. */
export type ErrorBody = z.infer<typeof errorSchema>;

/** One page of a list; `next` is the cursor of the following page, null after the last. */
export const pageOf = <T extends z.ZodType>(entry: T) =>
  z.object({ items: z.array(entry).readonly(), next: z.string().nullable() });
/** One page of a list; see {@link pageOf}. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** `Omit` that keeps a union a union. */
export type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
