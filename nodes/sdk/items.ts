import type { ImageItem, Item } from './values.ts';

/** What to call an item: a picture's path within its folder, or the text itself. */
export function itemTitle(item: Item): string {
  return item.kind === 'text' ? item.text : item.path;
}

/** Equal for two items that are the same picture file, stored asset or text, wherever they come from. */
export function itemKey(item: Item): string {
  if (item.kind === 'text') return `text:${item.text}`;
  const { source } = item;
  return source.kind === 'asset' ? `asset:${source.hash}` : `file:${source.path}`;
}

/** Whether an item is a picture. */
export function isImage(item: Item): item is ImageItem {
  return item.kind === 'image';
}
