import { z } from 'zod';

const schema = z.strictObject({
  version: z.literal(1),
  models: z.array(
    z.strictObject({
      /** Name of its folder, and what workflows call it. */
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
      /** Commit of that repository. */
      revision: z.string().optional(),
      files: z.array(
        z.strictObject({
          path: z.string(),
          bytes: z.int().nonnegative().optional(),
          /** Hexadecimal; checked by `patchbay models verify` where it is known. */
          sha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .optional(),
        }),
      ),
    }),
  ),
});

/** Models that are known by name: what ships, and what can be fetched. */
export type Catalog = z.infer<typeof schema>;

/** Checks the content of `catalog.json`. @throws ZodError. */
export function parseCatalog(value: unknown): Catalog {
  return schema.parse(value);
}
