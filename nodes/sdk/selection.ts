import type { NodeContext } from './context.ts';
import { isImage, itemKey } from './items.ts';
import { defineMessages } from './messages.ts';
import { param } from './params.ts';
import { port } from './ports.ts';
import { chosenBy, namesContent } from './selection-entries.ts';
import type { Images, Item, Skipped } from './values.ts';

const say = defineMessages({
  'selection.gone': {
    en: '{count} of the {total} selected {total|picture|pictures} {count|is|are} not here any more: moved away, edited or filtered out.',
    zh: '选中的 {total} 张图片中有 {count} 张已不在其中：被移走、编辑过或被过滤掉。',
  },
});

/** Templates of messages about selections. */
export const SELECTION_TEMPLATES = say.templates;

/** The param of a view that holds what people select in it. All views that show pictures have it under the name `selected`. */
export const selectedParam = param.selection({
  title: 'Selection',
  help: 'The pictures that the output Selection gives on. Select pictures in the result, then give them on.',
  advanced: true,
});

/** Chinese texts of {@link selectedParam}. */
export const selectedParamZh = {
  title: '选择',
  help: '输出“选择”所给出的图片。在结果中选中图片，然后作为选择输出。',
} as const;

/** The output of a view that gives the selected pictures on; {@link selectedOf} makes its value. */
export const selectionPort = port.images({ help: 'The pictures of Selection, each once, in their order.' });

/** Chinese texts of {@link selectionPort}. */
export const selectionPortZh = { title: '选择', help: '“选择”中的图片，各一次，顺序不变。' } as const;

/**
 * The selected pictures among all that a view shows, each once, in their order; {@link chosenBy} says which. Files are read only if an
 * entry names a picture by its content. The node warns about entries that fit no picture.
 */
export async function selectedOf(
  items: readonly Item[],
  selected: readonly string[],
  ctx: Pick<NodeContext, 'images' | 'signal' | 'warn'>,
  skipped: readonly Skipped[] = [],
): Promise<Images> {
  if (selected.length === 0) return { kind: 'images', items: [], skipped };
  const pictures = [...new Map(items.filter(isImage).map((item) => [itemKey(item), item])).values()];
  const hashes = selected.some(namesContent) ? await ctx.images.hashes(pictures, { signal: ctx.signal }) : [];
  const { chosen, gone, total } = chosenBy(
    selected,
    pictures.map(({ path }, at) => ({ path, hash: hashes[at] ?? undefined })),
  );
  if (gone > 0) ctx.warn(say('selection.gone', { count: gone, total }));
  return { kind: 'images', items: chosen.map((at) => pictures[at]!), skipped };
}
