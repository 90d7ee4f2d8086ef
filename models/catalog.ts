import { z } from 'zod';

const COMMIT = /^[0-9a-f]{40}$/;

const model = z
  .strictObject({
    /**
     * The name in workflows: the repository of a downloaded model, or the folder of an included model or one made by a
     * recipe.
     */
    id: z.string().min(1),
    /** A name for people. */
    title: z.string().min(1),
    /** The name of its family of encoders. */
    family: z.string(),
    /** The vector size. */
    dims: z.int().positive().optional(),
    /** The SPDX identifier, or the name of a licence without one. */
    license: z.string(),
    /** Its use, in one or two sentences. */
    summary: z.string(),
    /** The repository to download it from; absent for an included model. */
    repo: z.string().optional(),
    /** The commit, branch or tag of that repository. */
    revision: z.string().min(1).optional(),
    /** Whether `revision` is a commit. For a branch or tag, the first download records the commit. */
    pinned: z.boolean().optional(),
    /** Keys that the published `config.json` omits, such as the trained `logit_scale` (its logarithm). */
    config: z.record(z.string(), z.number()).optional(),
    /** The first argument of models/recipes/export.py, for a model that nobody publishes as ONNX. */
    recipe: z.string().optional(),
    files: z.array(
      z.strictObject({
        path: z.string(),
        /** Absent if no public source states it. */
        bytes: z.int().positive().optional(),
        /** Hexadecimal. Downloads and `patchbay models verify` check it. */
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
    'a model with a repo has a revision, and pinned states whether it is a commit',
  )
  .refine(
    ({ files, recipe }) => (recipe === undefined) === files.length > 0,
    'a model has either files or a recipe',
  )
  .refine(
    // The content of a branch changes, so its hashes would become wrong.
    ({ pinned, files }) => pinned !== false || files.every(({ sha256 }) => sha256 === undefined),
    'only a commit has hashes',
  );

const schema = z.strictObject({ version: z.literal(1), models: z.array(model) });

/** The models that Patchbay knows by name: included ones, and those to download or to make. */
export type Catalog = z.infer<typeof schema>;

/** Checks the content of `catalog.json`. @throws ZodError */
export function parseCatalog(value: unknown): Catalog {
  return schema.parse(value);
}
