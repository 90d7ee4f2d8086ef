import { z } from 'zod';
import { itemOfRecord, itemRecord } from './items.ts';
import type { Embeddings, Item, Space } from './values.ts';

/** The stored form of a space. */
export const spaceSchema: z.ZodType<Space> = z.object({
  encoder: z.string().min(1),
  title: z.string(),
  revision: z.string().optional(),
  layer: z.string(),
  projection: z.string(),
  pooling: z.string(),
  tower: z.enum(['image', 'text']),
  adapter: z.object({ id: z.string(), hash: z.string(), strength: z.number() }).optional(),
  dims: z.int().optional(),
  decode: z.literal('fast').optional(),
  normalized: z.boolean(),
});

/** Most characters of the list of items. Readers refuse safetensors headers above 100 MB, so a longer list is left out. */
const MAX_ITEMS_LENGTH = 64_000_000;

/** The metadata of a file of vectors: `space` and `items` as JSON. `items` is absent if it would be too long. */
export function embeddingMetadata({
  space,
  items,
}: Pick<Embeddings, 'space' | 'items'>): Record<string, string> {
  const list = JSON.stringify(items.map(itemRecord));
  return { space: JSON.stringify(space), ...(list.length <= MAX_ITEMS_LENGTH && { items: list }) };
}

function json(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads and checks the metadata that {@link embeddingMetadata} wrote. A field is undefined if it is missing, damaged,
 * or of another length.
 */
export function readEmbeddingMetadata(
  metadata: Readonly<Record<string, string>>,
  rows: number,
): { readonly space?: Space; readonly items?: readonly Item[] } {
  const space = spaceSchema.safeParse(json(metadata.space));
  const records = json(metadata.items);
  const items = Array.isArray(records) ? records.map(itemOfRecord) : [];
  const whole = items.length === rows && items.every((item) => item !== undefined);
  return { space: space.data, items: whole ? items : undefined };
}
