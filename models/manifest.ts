import { z } from 'zod';

/** The name of the file that lists a download, in the folder of a downloaded model. */
export const MANIFEST = 'patchbay.json';

const trained = z.object({
  /** The factor on cosines before they become probabilities. */
  scale: z.number().positive(),
  /** The number added after that; absent if the source holds none. */
  bias: z.number().optional(),
  /** The source of these values: a file of the repository at that commit. It need not be downloaded. */
  from: z.string().max(1000),
});

const schema = z.object({
  version: z.literal(1),
  /** The name in workflows: the id of the repository. */
  id: z.string().min(1).max(200),
  /** A name for people. */
  title: z.string().min(1).max(200),
  repo: z.string().min(1).max(200),
  /** The requested branch, tag or commit. */
  revision: z.string().min(1).max(200),
  /** The commit of that revision at the time of the download. */
  commit: z.string().max(200),
  family: z.string().max(100).optional(),
  license: z.string().max(500).optional(),
  /** The scale and bias after training, if the towers do not contain them. */
  trained: trained.optional(),
  files: z.array(
    z.object({
      /** Relative to the folder, with forward slashes. */
      path: z.string().min(1).max(1000),
      bytes: z.int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** Whether it is a hard link into the Hugging Face cache of this machine. */
      linked: z.literal(true).optional(),
    }),
  ),
});

/** The files of a downloaded model, and their source. */
export type ModelManifest = z.infer<typeof schema>;
/** The scale and bias of a joint model after training, and their source. */
export type TrainedValues = z.infer<typeof trained>;
/** One file of a downloaded model. */
export type ManifestFile = ModelManifest['files'][number];

/** Reads the text of a manifest; undefined for anything else. */
export function parseManifest(text: string): ModelManifest | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
