import { z } from 'zod';

const distance = z.strictObject({
  /** The number of compared vectors. */
  vectors: z.int().positive(),
  /** The largest absolute difference of two numbers. */
  maxAbs: z.number().nonnegative(),
  /** The largest number of the reference. */
  range: z.number(),
  /** The smallest cosine of two vectors. */
  cosine: z.number(),
});

const bytesOfFile = z.object({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const folder = z.strictObject({
  family: z.string(),
  /** The checked graphs, by their paths in the folder. */
  files: z.record(z.string(), bytesOfFile),
  /** The libraries that computed the reference: `Transformers 5.18.0, PyTorch 2.13.0`. */
  against: z.string(),
  /** Bytes after resize and crop: how many differ, and by how many levels at most. */
  preprocess: z
    .strictObject({ pictures: z.int(), values: z.int(), different: z.int(), levels: z.int() })
    .optional(),
  /** By layer. `text` compares texts, `decoded` compares pictures made of latents, in levels from 0 to 255. */
  outputs: z.record(z.string(), distance),
  /** Smaller variants, against the same float32 reference. */
  precisions: z.record(z.string(), distance).optional(),
  /** The number of tokenised texts, and of those with other ids. */
  texts: z.strictObject({ count: z.int(), different: z.int() }).optional(),
});

/** The parity of a family, for people. */
const summary = z.strictObject({
  /** The libraries that computed the references, with versions. */
  against: z.array(z.string()),
  /** The number of folders of reference cases. */
  cases: z.int().positive(),
  /** The compared outputs: `embedding`, `hidden`, `text`, ... */
  outputs: z.array(z.string()),
  /** The number of compared vectors, over all outputs in float32. */
  vectors: z.int().positive(),
  cosine: z.number(),
  maxAbs: z.number(),
  /** The number of compared bytes of prepared pictures, and of those that differ. */
  pixels: z.strictObject({ values: z.int(), different: z.int() }).optional(),
  /** The number of tokenised texts, and of those with other ids. */
  texts: z.strictObject({ count: z.int(), different: z.int() }).optional(),
});

const schema = z.strictObject({
  version: z.literal(1),
  /** The libraries that computed Patchbay's numbers. */
  runtime: z.string(),
  /** By set and folder of the reference cases: `own/clip` is test/fixtures/oracles/clip. */
  folders: z.record(z.string(), folder),
  /** The same by family, for lists of models: {@link paritySummaries} of `folders`. */
  families: z.record(z.string(), summary),
});

/** The fields about files in the parity.json that `models/recipes/export.py` writes next to an export. */
const exported = z.object({
  against: z.string(),
  versions: z.object({ torch: z.string().optional() }).default({}),
  files: z.record(
    z.string(),
    z.object({
      /** The graph and the weights beside it, by their paths in the folder. Older exports do not have it. */
      written: z.record(z.string(), bytesOfFile).default({}),
      outputs: z.record(z.string(), z.object({ maxAbs: z.number(), cosine: z.number() })),
    }),
  ),
});

/** All comparisons with references: the content of models/parity.json, which its test writes. */
export type Parity = z.infer<typeof schema>;

/** The parity of a family, for people. */
export type ParitySummary = z.infer<typeof summary>;

/** The checks that an export made on its own files. */
export type ExportedParity = z.infer<typeof exported>;

/** Reads the text of a `parity.json` beside a model; undefined for anything else. */
export function parseExportedParity(text: string): ExportedParity | undefined {
  try {
    return exported.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Checks the content of `parity.json`. @throws ZodError */
export function parseParity(value: unknown): Parity {
  return schema.parse(value);
}

/** The parity of each family, by its name. Decoded pictures are left out: their levels differ by rounding only. */
export function paritySummaries(measured: Parity['folders']): Record<string, ParitySummary> {
  const folders = Object.values(measured);
  const families = [...new Set(folders.map(({ family }) => family))];
  return Object.fromEntries(
    families.map((family) => [family, summaryOf(folders.filter((one) => one.family === family))]),
  );
}

function summaryOf(folders: readonly Parity['folders'][string][]): ParitySummary {
  const outputs = folders.flatMap((one) =>
    Object.entries(one.outputs).filter(([name]) => name !== 'decoded'),
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const pixels = folders.flatMap(({ preprocess }) => preprocess ?? []);
  const texts = folders.flatMap((one) => one.texts ?? []);
  return {
    against: [...new Set(folders.map(({ against }) => against))].sort(),
    cases: folders.length,
    outputs: [...new Set(folders.flatMap((one) => Object.keys(one.outputs)))].sort(),
    vectors: sum(outputs.map(([, { vectors }]) => vectors)),
    cosine: Math.min(...outputs.map(([, { cosine }]) => cosine)),
    maxAbs: Math.max(...outputs.map(([, { maxAbs }]) => maxAbs)),
    ...(pixels.length > 0 && {
      pixels: {
        values: sum(pixels.map(({ values }) => values)),
        different: sum(pixels.map(({ different }) => different)),
      },
    }),
    ...(texts.length > 0 && {
      texts: {
        count: sum(texts.map(({ count }) => count)),
        different: sum(texts.map(({ different }) => different)),
      },
    }),
  };
}
