import type { ViewItem } from '../../server/contract/view.ts';

/** Width and margin of an exported picture, and the largest height that browsers support, in pixels. */
export const WIDTH = 1280;
export const MARGIN = 32;
export const MAX_HEIGHT = 15_000;
/** Height of the title above a drawing. */
export const TITLE = 56;
export const GAP = 12;
const INK = '#1d2129';
export const QUIET = '#596170';
export const LINE = '#d5d8de';
/** Behind pictures that are not square. */
const CALM = '#f1f3f5';

export type Context = CanvasRenderingContext2D;
/** The loaded pictures, by item. */
export type Pictures = ReadonlyMap<ViewItem, ImageBitmap>;

/** A drawing: its height, the pictures that it needs, how much of the view fits, and the function that draws it. */
export interface Drawing {
  readonly height: number;
  readonly items: readonly ViewItem[];
  readonly part: { readonly shown: number; readonly total: number };
  readonly draw: (context: Context, pictures: Pictures) => void;
}

/** Writes one line of text. Text that is too wide is cut. */
export function write(
  context: Context,
  text: string,
  x: number,
  y: number,
  { width = 9999, size = 14, color = INK, align = 'left' as CanvasTextAlign, weight = 400 } = {},
): void {
  context.font = `${weight} ${size}px system-ui, sans-serif`;
  context.fillStyle = color;
  context.textAlign = align;
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > width) {
    const fits = Math.floor((shown.length * width) / context.measureText(shown).width);
    shown = `${shown.slice(0, Math.max(0, Math.min(shown.length - 2, fits - 1)))}…`;
  }
  context.fillText(shown, x, y);
}

/** Draws an item as a square: its picture, or its text. */
export function drawItem(
  context: Context,
  item: ViewItem,
  pictures: Pictures,
  x: number,
  y: number,
  edge: number,
): void {
  const picture = pictures.get(item);
  if (picture) {
    const scale = edge / Math.max(picture.width, picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    context.fillStyle = CALM;
    context.fillRect(x, y, edge, edge);
    context.drawImage(picture, x + (edge - width) / 2, y + (edge - height) / 2, width, height);
    return;
  }
  context.strokeStyle = LINE;
  context.strokeRect(x + 0.5, y + 0.5, edge - 1, edge - 1);
  const words = item.isPicture ? ['?'] : item.title.split(/\s+/);
  const lines: string[] = [];
  context.font = '400 13px system-ui, sans-serif';
  for (const word of words) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= edge - 12) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  for (const [at, line] of lines.slice(0, Math.floor((edge - 8) / 17)).entries())
    write(context, line, x + 6, y + 19 + at * 17, { size: 13, width: edge - 12 });
}
