import { z } from 'zod';
import { spaceSchema } from './embedding-metadata.ts';
import { CLASSIFIER_METHODS, type Classifier } from './values.ts';

/** A classifier without its numbers. */
export type ClassifierFacts = Omit<Classifier, 'kind' | 'weights' | 'bias' | 'hash'>;

const learnedSchema = z.object({
  counts: z.array(z.int().min(0)),
  heldOut: z.object({ count: z.int().min(0), accuracy: z.number().min(0).max(1) }).optional(),
  params: z.record(z.string(), z.union([z.number(), z.boolean()])),
});

const factsSchema: z.ZodType<ClassifierFacts> = z
  .object({
    method: z.enum(CLASSIFIER_METHODS),
    categories: z.array(z.string().min(1)).min(1),
    scale: z.number(),
    unit: z.boolean(),
    space: spaceSchema,
    learned: learnedSchema,
  })
  .refine(({ categories }) => new Set(categories).size === categories.length)
  .refine(({ categories, learned }) => learned.counts.length === categories.length);

/** The text in the metadata of a file: the facts of a classifier as JSON, always in the same order. */
export function classifierMetadata(facts: ClassifierFacts): string {
  return JSON.stringify(factsSchema.parse(facts));
}

/** Reads what {@link classifierMetadata} wrote; undefined if the text is damaged or not of a classifier. */
export function readClassifierMetadata(text: string | undefined): ClassifierFacts | undefined {
  if (text === undefined) return undefined;
  try {
    return factsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
