/** The colours that new categories get, in order. Those of the server, so that sets look the same wherever they are made. */
export const PALETTE = [
  '#2f7ed8',
  '#e8590c',
  '#2b9348',
  '#c2255c',
  '#7048e8',
  '#b08900',
  '#0c8599',
  '#9c36b5',
  '#5c7f11',
  '#d6336c',
  '#495fd0',
  '#8d6e63',
] as const;

/** The first colour that no category has; when all are taken, they begin again. */
export function freeColor(taken: readonly { readonly color: string }[]): string {
  const used = new Set(taken.map(({ color }) => color));
  return PALETTE.find((color) => !used.has(color)) ?? PALETTE[taken.length % PALETTE.length] ?? PALETTE[0];
}

/** The part of a colour channel in relative luminance (WCAG 2.2). */
const linear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;

/** Black or white: the one that is easier to read on a colour `#rrggbb`. */
export function inkOn(color: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(color.slice(at, at + 2), 16) / 255),
  );
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  // The contrast with white is 1.05 / (light + 0.05), that with black (light + 0.05) / 0.05.
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#000000';
}
