import { z } from 'zod';
import { saidSchema } from '../../nodes/sdk/messages.ts';
import { type EncoderTowers, PRECISIONS } from '../../nodes/sdk/values.ts';
import { count, message, problemSchema } from './basics.ts';

/** The number format in which the weights of a model are stored. */
export const precisionSchema = z.enum(PRECISIONS);

/** A download of a model. A stopped download continues when the model is requested again. */
export const downloadSchema = z
  .object({
    /** The name of the download under `/api/models/downloads`. */
    key: z.string(),
    /** The id that workflows will use for the model. */
    id: z.string(),
    title: z.string(),
    repo: z.string(),
    revision: z.string().nullable(),
    precision: precisionSchema.nullable(),
    state: z.enum(['waiting', 'resolving', 'downloading', 'done', 'failed', 'stopped']),
    doneBytes: count,
    /** 0 until the size is known. */
    totalBytes: count,
    bytesPerSecond: count,
    secondsLeft: count.nullable(),
    /** Why the download failed, and what to do. */
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'Download' });
/** A download of a model. */
export type Download = z.infer<typeof downloadSchema>;

/** The body of `POST /api/models/downloads`: an id of the catalogue, or any repository of the hub. */
export const fetchModelSchema = z
  .strictObject({
    id: z.string().min(1).max(300).optional(),
    /** owner/name, or the web address of the repository. */
    repo: z.string().min(1).max(300).optional(),
    /** A branch, a tag or a commit. */
    revision: z.string().min(1).max(200).optional(),
    /** If absent, the most exact precision of the repository. */
    precision: precisionSchema.optional(),
  })
  .refine(({ id: named, repo }) => (named === undefined) !== (repo === undefined), 'Give either id or repo.')
  .meta({ id: 'FetchModel' });

/**
 * How close the numbers of a model are to those of the original implementation. `files`: these exact files were checked
 * (by sha256). `family`: other files of the same model family were checked, see models/parity.ts.
 */
export const paritySchema = z.discriminatedUnion('of', [
  z.object({
    of: z.literal('files'),
    /** Where they were checked: in the tests of this project, or in the export that made the files. */
    by: z.enum(['tests', 'export']),
    against: z.string(),
    /** The worst result of all outputs, for each precision. */
    precisions: z
      .array(z.object({ precision: precisionSchema, cosine: z.number(), maxAbs: z.number() }))
      .readonly(),
  }),
  z.object({
    of: z.literal('family'),
    against: z.array(z.string()).readonly(),
    cases: count,
    outputs: z.array(z.string()).readonly(),
    vectors: count,
    cosine: z.number(),
    maxAbs: z.number(),
    pixels: z.object({ values: count, different: count }).optional(),
    texts: z.object({ count, different: count }).optional(),
  }),
]);
/** How close the numbers of a model are to those of the original implementation. */
export type Parity = z.infer<typeof paritySchema>;

/** A model in the list: installed, or available for download. */
export const modelSchema = z
  .looseObject({
    id: z.string(),
    title: z.string(),
    family: z.string(),
    /** Its inputs and outputs; absent if it is not installed. */
    towers: z.custom<EncoderTowers>().meta({ type: 'object' }).optional(),
    /** Why the model cannot be used. */
    problem: saidSchema.optional(),
    /** Whether it is not used because it crashed or blocked the process that runs models twice. */
    blocked: z.literal(true).optional(),
    /** Its folder; absent for a built-in model and for one that is not installed. */
    folder: z.string().optional(),
    /** Whether it is not installed but can be downloaded. */
    available: z.literal(true).optional(),
    /** Its source, for a model that was downloaded. Such a model can be deleted. */
    fetched: z.object({ repo: z.string(), revision: z.string(), commit: z.string() }).optional(),
    /** The total size of its files. */
    bytes: count.optional(),
    /** The installed precisions, or those that can be downloaded. */
    precisions: z.array(z.string()).readonly().optional(),
    license: z.string().optional(),
    /** Its use, in one sentence. */
    summary: z.string().optional(),
    /** Absent if neither its files nor its family were checked. */
    parity: paritySchema.optional(),
  })
  .meta({ id: 'Model' });
/** A model in the list. */
export type ListedModel = z.infer<typeof modelSchema>;

/** The result of checking a model. */
export const modelReportSchema = z
  .object({
    id: z.string(),
    ok: z.boolean(),
    hash: z.string().optional(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), ...message })).readonly(),
  })
  .meta({ id: 'ModelReport' });
/** The result of checking a model. */
export type ModelReport = z.infer<typeof modelReportSchema>;
