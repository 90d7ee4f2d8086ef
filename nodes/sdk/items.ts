import { z } from 'zod';
import type { ImageItem, Item } from './values.ts';

/** The name of an item for people: a picture's path within its folder, or the text itself. */
export function itemTitle(item: Item): string {
  return item.kind === 'text' ? item.text : item.path;
}

/** A key that is the same for the same picture file, stored asset or text, wherever an item comes from. */
export function itemKey(item: Item): string {
  if (item.kind === 'text') return `text:${item.text}`;
  const { source } = item;
  return source.kind === 'asset' ? `asset:${source.hash}` : `file:${source.path}`;
}

/** Whether an item is a picture. */
export function isImage(item: Item): item is ImageItem {
  return item.kind === 'image';
}

/** Whether a person has ruled a category out for an item ("not this"). */
export const isRuledOut = (item: Item, category: string): boolean =>
  item.kind === 'image' && (item.not?.includes(category) ?? false);

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

/** An item as it is written to files: `{ text, label }`, or `{ path, label, file | asset, size, mtimeMs }`. */
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

/** The item of a record; undefined if the value is not one. A picture without a file or asset becomes a text: its path. */
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
