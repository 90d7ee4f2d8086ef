import { z } from 'zod';
import { saidSchema } from '../../nodes/sdk/messages.ts';
import { type EncoderTowers, PRECISIONS } from '../../nodes/sdk/values.ts';
import { count, message, problemSchema } from './basics.ts';

/** How exactly a model's weights are stored. */
export const precisionSchema = z.enum(PRECISIONS);

/** A download of a model. One that `stopped` continues when the model is asked for again. */
export const downloadSchema = z
  .object({
    /** Its name under `/api/models/downloads`. */
    key: z.string(),
    /** The id that workflows will use for the model. */
    id: z.string(),
    title: z.string(),
    repo: z.string(),
    revision: z.string().nullable(),
    precision: precisionSchema.nullable(),
    state: z.enum(['waiting', 'resolving', 'downloading', 'done', 'failed', 'stopped']),
    doneBytes: count,
    /** 0 until it is known. */
    totalBytes: count,
    bytesPerSecond: count,
    secondsLeft: count.nullable(),
    /** Why it failed, and what to do. */
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'Download' });
/** A download of a model. */
export type Download = z.infer<typeof downloadSchema>;

/** The body of `POST /api/models/downloads`: an id of the catalogue, or any repository of the hub. */
export const fetchModelSchema = z
  .strictObject({
    id: z.string().min(1).max(300).optional(),
    /** owner/name, or the address of its page. */
    repo: z.string().min(1).max(300).optional(),
    /** A branch, a tag or a commit. */
    revision: z.string().min(1).max(200).optional(),
    /** The most exact there is, when absent. */
    precision: precisionSchema.optional(),
  })
  .refine(({ id: named, repo }) => (named === undefined) !== (repo === undefined), 'Give either id or repo.')
  .meta({ id: 'FetchModel' });

/**
 * How near a model's numbers come to those of the original implementation. `files`: checked with these exact files (by
 * sha256). `family`: checked with other files of the model's family; see models/parity.ts.
 */
export const paritySchema = z.discriminatedUnion('of', [
  z.object({
    of: z.literal('files'),
    /** What checked them: the tests of this project, or the export that made the files. */
    by: z.enum(['tests', 'export']),
    against: z.string(),
    /** The worst of all outputs. */
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
/** How near a model's numbers come to those of the original implementation. */
export type Parity = z.infer<typeof paritySchema>;

/** A model in the list: one that is here, or one of the catalogue that can be downloaded. */
export const modelSchema = z
  .looseObject({
    id: z.string(),
    title: z.string(),
    family: z.string(),
    /** What it reads and gives; absent for a model that is not here. */
    towers: z.custom<EncoderTowers>().meta({ type: 'object' }).optional(),
    /** Why it cannot be used. */
    problem: saidSchema.optional(),
    /** Where it is; absent for a built-in model, and for one that is not here. */
    folder: z.string().optional(),
    /** Not here, but can be downloaded. */
    available: z.literal(true).optional(),
    /** Where it was downloaded from. Such a model can be deleted. */
    fetched: z.object({ repo: z.string(), revision: z.string(), commit: z.string() }).optional(),
    /** Of all its files. */
    bytes: count.optional(),
    /** Precisions that are here, or that can be downloaded. */
    precisions: z.array(z.string()).readonly().optional(),
    license: z.string().optional(),
    /** What it is good for, in a sentence. */
    summary: z.string().optional(),
    /** Absent when neither the files nor the family were checked. */
    parity: paritySchema.optional(),
  })
  .meta({ id: 'Model' });
/** A model in the list. */
export type ListedModel = z.infer<typeof modelSchema>;

/** What checking a model found. */
export const modelReportSchema = z
  .object({
    id: z.string(),
    ok: z.boolean(),
    hash: z.string().optional(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), ...message })).readonly(),
  })
  .meta({ id: 'ModelReport' });
/** What checking a model found. */
export type ModelReport = z.infer<typeof modelReportSchema>;
