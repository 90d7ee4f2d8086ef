import { z } from 'zod';

const COMMIT = /^[0-9a-f]{40}$/;

const model = z
  .strictObject({
    /** What workflows call it: the repository of what is fetched, the folder's name of what ships or is made. */
    id: z.string().min(1),
    /** For people. */
    title: z.string().min(1),
    /** Name of a family of encoders. */
    family: z.string(),
    /** Numbers a vector. */
    dims: z.int().positive().optional(),
    /** SPDX identifier, or a name where there is none. */
    license: z.string(),
    /** What it is good for, in a sentence. */
    summary: z.string(),
    /** Where it is fetched from; absent for what ships. */
    repo: z.string().optional(),
    /** Commit, branch or tag of that repository. */
    revision: z.string().min(1).optional(),
    /** Whether `revision` is a commit; where it is not, the commit is noted at the first download. */
    pinned: z.boolean().optional(),
    /** Keys of `config.json` that the published file leaves out, such as the trained `logit_scale` (its logarithm). */
    config: z.record(z.string(), z.number()).optional(),
    /** What models/recipes/export.py makes it of, where nobody publishes it as ONNX: its first argument. */
    recipe: z.string().optional(),
    files: z.array(
      z.strictObject({
        path: z.string(),
        /** Absent where nobody has said it in public. */
        bytes: z.int().positive().optional(),
        /** Hexadecimal; checked at the download and by `patchbay models verify` where it is known. */
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
      }),
    ),
  })
  .refine(
    ({ repo, revision, pinned }) =>
      repo === undefined || (revision !== undefined && pinned === COMMIT.test(revision)),
    'what is fetched says a revision, and pinned says whether that is a commit',
  )
  .refine(
    ({ files, recipe }) => (recipe === undefined) === files.length > 0,
    'a model has either files or a recipe',
  )
  .refine(
    // What a branch holds may change, so nothing can be known of its bytes for good.
    ({ pinned, files }) => pinned !== false || files.every(({ sha256 }) => sha256 === undefined),
    'hashes are of a commit',
  );

const schema = z.strictObject({ version: z.literal(1), models: z.array(model) });

/** Models that are known by name: what ships, and what can be fetched. */
export type Catalog = z.infer<typeof schema>;

/** Checks the content of `catalog.json`. @throws ZodError. */
export function parseCatalog(value: unknown): Catalog {
  return schema.parse(value);
}
