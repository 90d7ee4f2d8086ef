import { LABEL_COLORS } from '../../../server/contract/labels.ts';

/** The first colour that no category has; when all are taken, they begin again. */
export function freeColor(taken: readonly { readonly color: string }[]): string {
  const used = new Set(taken.map(({ color }) => color));
  return (
    LABEL_COLORS.find((color) => !used.has(color)) ??
    LABEL_COLORS[taken.length % LABEL_COLORS.length] ??
    LABEL_COLORS[0]
  );
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
