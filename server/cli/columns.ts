import emojiRegex from 'emoji-regex';
import { eastAsianWidth } from 'get-east-asian-width';

// Made when the first text needs it, because loading the rules of all scripts takes longer than most commands.
let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): Iterable<{ readonly segment: string }> {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

/** Texts in which each character takes one cell: ASCII and the characters of bars and ellipses. */
const NARROW = /^[\x20-\x7e█░·…]*$/;

/** Code points that take no cell, as ranges: controls, combining marks, joiners, selectors and lone surrogates. */
const UNSEEN = [
  [0x0000, 0x001f],
  [0x007f, 0x009f],
  [0x0300, 0x036f],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x200b, 0x200f],
  [0x20d0, 0x20ff],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
  [0xfeff, 0xfeff],
] as const;
const IGNORABLE = /^\p{Default_Ignorable_Code_Point}$/u;

function cellsOf(grapheme: string): number {
  const point = grapheme.codePointAt(0)!;
  if (UNSEEN.some(([from, to]) => from <= point && point <= to) || IGNORABLE.test(grapheme)) return 0;
  return emojiRegex().test(grapheme) ? 2 : eastAsianWidth(point);
}

/** Makes a text safe for a terminal: one line, without control characters, which file names can contain. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\u{fffd}');
}

/** How many terminal cells a text takes. A Chinese character or an emoji takes two. */
export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of graphemes(text)) cells += cellsOf(segment);
  return cells;
}

/** Cuts a text to a number of terminal cells and ends it with an ellipsis. */
export function cut(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes(text)) {
    width += cellsOf(segment);
    if (width > cells - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Fills a text with spaces to a number of terminal cells. */
export function pad(text: string, cells: number, side: 'start' | 'end' = 'end'): string {
  const space = ' '.repeat(Math.max(0, cells - widthOf(text)));
  return side === 'end' ? text + space : space + text;
}

/** The columns of a terminal. In containers and scripts a terminal may have no size and report 0. */
export const columnsOf = ({ columns }: { readonly columns?: number }, otherwise = 80): number =>
  columns || otherwise;

/** How many cells a line may take: the width of the terminal, or 100 without one. */
export const lineWidth = (): number => Math.max(40, columnsOf(process.stdout, 100));

/** A number with its noun: `1 picture`, `2 pictures`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
