import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** Text as it may stand on a terminal: no control characters, which file names may hold, and one line. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\u{fffd}');
}

/** Cuts to so many terminal cells, with an ellipsis; a Chinese character takes two. */
export function cut(text: string, cells: number): string {
  if (stringWidth(text) <= cells) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > cells - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Fills with spaces to so many terminal cells. */
export function pad(text: string, cells: number, side: 'start' | 'end' = 'end'): string {
  const space = ' '.repeat(Math.max(0, cells - stringWidth(text)));
  return side === 'end' ? text + space : space + text;
}

/** Terminal cells a text takes. */
export const widthOf = (text: string): number => stringWidth(text);

/** Columns of a terminal. One that nobody gave a size, as containers and scripts have, says 0. */
export const columnsOf = ({ columns }: { readonly columns?: number }, otherwise = 80): number =>
  columns || otherwise;

/** Cells a line may take: the terminal's, or a readable measure where there is none. */
export const lineWidth = (): number => Math.max(40, columnsOf(process.stdout, 100));

/** `1 picture`, `2 pictures`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
