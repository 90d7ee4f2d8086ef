import { z } from 'zod';
import type { ImageItem, Item } from './values.ts';

const optionalText = z.string().nullish();

const recordSchema = z.union([
  z.object({ text: z.string(), label: optionalText }),
  z.object({
    path: z.string(),
    label: optionalText,
    file: z.string().optional(),
    asset: z.string().optional(),
    size: z.number().optional(),
    mtimeMs: z.number().optional(),
  }),
]);

/** An item as files keep it: `{ text, label }`, or `{ path, label, file | asset, size, mtimeMs }`. */
export type ItemRecord = z.infer<typeof recordSchema>;

/** The record of an item. */
export function itemRecord(item: Item): ItemRecord {
  const label = item.label === undefined ? {} : { label: item.label };
  if (item.kind === 'text') return { text: item.text, ...label };
  const { source, path } = item;
  return source.kind === 'asset'
    ? { path, ...label, asset: source.hash, size: source.size }
    : { path, ...label, file: source.path, size: source.size, mtimeMs: source.mtimeMs };
}

/** The item of a record, or undefined for anything else. A picture without a place keeps its name as a text. */
export function itemOfRecord(record: unknown): Item | undefined {
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const label = data.label == null ? {} : { label: data.label };
  if ('text' in data) return { kind: 'text', text: data.text, ...label };
  const { path, file, asset, size = 0, mtimeMs = 0 } = data;
  if (file === undefined && asset === undefined) return { kind: 'text', text: path, ...label };
  const source: ImageItem['source'] =
    file === undefined
      ? { kind: 'asset', hash: asset as string, size }
      : { kind: 'file', path: file, size, mtimeMs };
  return { kind: 'image', name: path.slice(path.lastIndexOf('/') + 1), path, source, ...label };
}
