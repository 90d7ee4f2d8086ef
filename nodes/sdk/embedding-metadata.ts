import { z } from 'zod';
import { itemOfRecord, itemRecord } from './item-record.ts';
import type { Space } from './space.ts';
import type { Embeddings, Item } from './values.ts';

const spaceSchema: z.ZodType<Space> = z.object({
  encoder: z.string().min(1),
  title: z.string(),
  revision: z.string().optional(),
  layer: z.string(),
  projection: z.string(),
  pooling: z.string(),
  tower: z.enum(['image', 'text']),
  adapter: z.object({ id: z.string(), hash: z.string(), strength: z.number() }).optional(),
  dims: z.int().optional(),
  normalized: z.boolean(),
});

/** Readers refuse safetensors headers above 100 MB; items beyond this many characters are left out of the file. */
const MAX_ITEMS_LENGTH = 64_000_000;

/** What a file of vectors says about itself: `space` and `items` as JSON. `items` is absent where it would be too long. */
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

/** What {@link embeddingMetadata} wrote, checked: fields that are missing, damaged or of another length are undefined. */
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
