import type { NodeContext } from './context.ts';
import { isImage } from './items.ts';
import { defineMessages } from './messages.ts';
import type { Images, Item, Skipped } from './values.ts';

const say = defineMessages({
  'selection.gone': {
    en: '{count} of the {total} selected {total|picture|pictures} {count|is|are} not here any more: moved away, edited or filtered out.',
    zh: '选中的 {total} 张图片中有 {count} 张已不在其中：被移走、编辑过或被过滤掉。',
  },
});

/** Templates of messages about selections. */
export const SELECTION_TEMPLATES = say.templates;

const isHash = (entry: string) => /^[0-9a-f]{64}$/i.test(entry);

/**
 * The selected pictures in their order. An entry of a selection is the sha256 of a picture's file, which it keeps when it is moved or
 * renamed, or a picture's path. Files are read only if an entry is a hash. The node warns about entries that fit no picture.
 */
export async function selectedOf(
  items: readonly Item[],
  selected: readonly string[],
  ctx: Pick<NodeContext, 'images' | 'signal' | 'warn'>,
  skipped: readonly Skipped[] = [],
): Promise<Images> {
  const wanted = new Set(selected.map((entry) => (isHash(entry) ? entry.toLowerCase() : entry)));
  if (wanted.size === 0) return { kind: 'images', items: [], skipped };
  const pictures = items.filter(isImage);
  const hashes = selected.some(isHash) ? await ctx.images.hashes(pictures, { signal: ctx.signal }) : [];
  const found = new Set<string>();
  const chosen = pictures.filter(({ path }, at) => {
    const own = [hashes[at], path].filter((entry) => entry !== undefined && wanted.has(entry)) as string[];
    for (const entry of own) found.add(entry);
    return own.length > 0;
  });
  const gone = wanted.size - found.size;
  if (gone > 0) ctx.warn(say('selection.gone', { count: gone, total: wanted.size }));
  return { kind: 'images', items: chosen, skipped };
}
