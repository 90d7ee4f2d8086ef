import { z } from 'zod';

const distance = z.strictObject({
  /** Vectors compared. */
  vectors: z.int().positive(),
  /** Largest absolute difference of two numbers. */
  maxAbs: z.number().nonnegative(),
  /** Largest number of the reference. */
  range: z.number(),
  /** Smallest cosine of two vectors. */
  cosine: z.number(),
});

const bytesOfFile = z.object({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const folder = z.strictObject({
  family: z.string(),
  /** The graphs that were measured, by their paths in the folder. */
  files: z.record(z.string(), bytesOfFile),
  /** What the reference was computed with: `Transformers 5.18.0, PyTorch 2.13.0`. */
  against: z.string(),
  /** Bytes after resize and crop, and how many differ by how many levels at most. */
  preprocess: z
    .strictObject({ pictures: z.int(), values: z.int(), different: z.int(), levels: z.int() })
    .optional(),
  /** By layer; `text` are texts, `decoded` pictures of latents in levels from 0 to 255. */
  outputs: z.record(z.string(), distance),
  /** Smaller variants, against the same float32 reference. */
  precisions: z.record(z.string(), distance).optional(),
  /** Texts tokenised, and how many got other ids. */
  texts: z.strictObject({ count: z.int(), different: z.int() }).optional(),
});

/** What a person is told of a family's parity. */
const summary = z.strictObject({
  /** Libraries the references were computed with, with versions. */
  against: z.array(z.string()),
  /** Folders of reference cases. */
  cases: z.int().positive(),
  /** What was compared: `embedding`, `hidden`, `text`, ... */
  outputs: z.array(z.string()),
  /** Vectors compared, over all outputs in float32. */
  vectors: z.int().positive(),
  cosine: z.number(),
  maxAbs: z.number(),
  /** Bytes of prepared pictures compared, and how many differ. */
  pixels: z.strictObject({ values: z.int(), different: z.int() }).optional(),
  /** Texts tokenised, and how many got other ids. */
  texts: z.strictObject({ count: z.int(), different: z.int() }).optional(),
});

const schema = z.strictObject({
  version: z.literal(1),
  /** What ran our side. */
  runtime: z.string(),
  /** By set and folder of the reference cases: `own/clip` is test/fixtures/oracles/clip. */
  folders: z.record(z.string(), folder),
  /** The same by family, as lists of models carry it: {@link paritySummaries} of `folders`. */
  families: z.record(z.string(), summary),
});

/** What `models/recipes/export.py` writes as parity.json beside what it makes, as far as it tells of files. */
const exported = z.object({
  against: z.string(),
  versions: z.object({ torch: z.string().optional() }).default({}),
  files: z.record(
    z.string(),
    z.object({
      /** The graph and the weights beside it, by their paths in the folder; older exports do not say them. */
      written: z.record(z.string(), bytesOfFile).default({}),
      outputs: z.record(z.string(), z.object({ maxAbs: z.number(), cosine: z.number() })),
    }),
  ),
});

/** What was measured against what: models/parity.json, written by its test. */
export type Parity = z.infer<typeof schema>;

/** What a person is told of a family's parity. */
export type ParitySummary = z.infer<typeof summary>;

/** What an export tells of the files it wrote. */
export type ExportedParity = z.infer<typeof exported>;

/** Reads the text of a `parity.json` beside a model; undefined for what is none. */
export function parseExportedParity(text: string): ExportedParity | undefined {
  try {
    return exported.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Checks the content of `parity.json`. @throws ZodError. */
export function parseParity(value: unknown): Parity {
  return schema.parse(value);
}

/** What was verified of each family, by its name; levels of decoded pictures count as rounding and are left out. */
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
