import { z } from 'zod';

/** Name of the file, in a fetched model's folder, that says what was fetched. */
export const MANIFEST = 'patchbay.json';

const trained = z.object({
  /** What cosines are multiplied with before they become probabilities. */
  scale: z.number().positive(),
  /** What is added then; absent where the file it was read from holds none. */
  bias: z.number().optional(),
  /** The file of the repository, at that commit, that it was read from; the file itself need not be here. */
  from: z.string().max(1000),
});

const schema = z.object({
  version: z.literal(1),
  /** What workflows call the model: its repository's id. */
  id: z.string().min(1).max(200),
  /** For people. */
  title: z.string().min(1).max(200),
  repo: z.string().min(1).max(200),
  /** What was asked for: a branch, a tag or a commit. */
  revision: z.string().min(1).max(200),
  /** The commit it was, then. */
  commit: z.string().max(200),
  family: z.string().max(100).optional(),
  license: z.string().max(500).optional(),
  /** How training ended, where the towers do not hold it. */
  trained: trained.optional(),
  files: z.array(
    z.object({
      /** Relative to the folder, with forward slashes. */
      path: z.string().min(1).max(1000),
      bytes: z.int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** Shares its bytes with the Hugging Face cache of this machine. */
      linked: z.literal(true).optional(),
    }),
  ),
});

/** What lies in a fetched model's folder, and where it came from. */
export type ModelManifest = z.infer<typeof schema>;
/** The scale and bias that a joint model was trained to, and where they were read. */
export type TrainedValues = z.infer<typeof trained>;
/** One file of a fetched model. */
export type ManifestFile = ModelManifest['files'][number];

/** Reads a manifest's text; undefined for what is none. */
export function parseManifest(text: string): ModelManifest | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
