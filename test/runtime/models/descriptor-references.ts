/** A picture as 3 x side x side in 0..1, row-major. */
export interface Planes {
  readonly side: number;
  readonly data: Float32Array;
}

const at = ({ side, data }: Planes, channel: number, y: number, x: number) =>
  data[(channel * side + y) * side + x]!;
const grey = (p: Planes, y: number, x: number) =>
  0.299 * at(p, 0, y, x) + 0.587 * at(p, 1, y, x) + 0.114 * at(p, 2, y, x);

/** Two-dimensional DCT-II by its definition, one coefficient at a time, in float64. */
function dct(block: (y: number, x: number) => number, n: number, v: number, u: number): number {
  let sum = 0;
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++)
      sum +=
        block(y, x) *
        Math.cos(((2 * y + 1) * v * Math.PI) / (2 * n)) *
        Math.cos(((2 * x + 1) * u * Math.PI) / (2 * n));
  return (sum * (v === 0 ? Math.SQRT1_2 : 1) * (u === 0 ? Math.SQRT1_2 : 1) * 2) / n;
}

// The zig-zag order as printed in the JPEG standard: the position of each coefficient in the scan.
const ZIG_ZAG = [
  0, 1, 5, 6, 14, 15, 27, 28, 2, 4, 7, 13, 16, 26, 29, 42, 3, 8, 12, 17, 25, 30, 41, 43, 9, 11, 18, 24, 31,
  40, 44, 53, 10, 19, 23, 32, 39, 45, 52, 54, 20, 22, 33, 38, 46, 51, 55, 60, 21, 34, 37, 47, 50, 56, 59, 61,
  35, 36, 48, 49, 57, 58, 62, 63,
];

/** Colour layout by its definition. */
export function colorLayoutReference(p: Planes): number[] {
  const mean = (value: (y: number, x: number) => number) => (row: number, column: number) => {
    let sum = 0;
    for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) sum += value(row * 8 + y, column * 8 + x);
    return sum / 64;
  };
  const luma = (y: number, x: number) => grey(p, y, x);
  const planes = [
    (y: number, x: number) => luma(y, x) - 0.5,
    (y: number, x: number) => (at(p, 2, y, x) - luma(y, x)) / 1.772,
    (y: number, x: number) => (at(p, 0, y, x) - luma(y, x)) / 1.402,
  ];
  return planes.flatMap((plane, channel) => {
    const block = mean(plane);
    const scan: number[] = [];
    ZIG_ZAG.forEach((position, i) => {
      scan[position] = dct(block, 8, Math.floor(i / 8), i % 8);
    });
    return scan.slice(0, channel === 0 ? 28 : 15);
  });
}

/** Gradient orientations by their definition, with real angles. */
export function gradientOrientationsReference(p: Planes): number[] {
  const cells = new Float64Array(8 * 64);
  for (let y = 0; y < 64; y++) {
    for (let x = 0; x < 64; x++) {
      const g = (dy: number, dx: number) => grey(p, y + 1 + dy, x + 1 + dx);
      const gx = g(-1, 1) + 2 * g(0, 1) + g(1, 1) - g(-1, -1) - 2 * g(0, -1) - g(1, -1);
      const gy = g(1, -1) + 2 * g(1, 0) + g(1, 1) - g(-1, -1) - 2 * g(-1, 0) - g(-1, 1);
      const squared = gx * gx + gy * gy;
      const angle = Math.atan2(gy, gx);
      for (let bin = 0; bin < 8; bin++) {
        const toward = Math.max(0, Math.cos(2 * (angle - (bin * Math.PI) / 8)));
        const share = (toward * squared) / (squared + 1e-6);
        cells[bin * 64 + Math.floor(y / 8) * 8 + Math.floor(x / 8)]! +=
          (share ** 4 * Math.sqrt(squared)) / 64;
      }
    }
  }
  return [...cells].map(Math.sqrt);
}

/** The coefficients of the perceptual hash, and their median. */
export function perceptualHashReference(p: Planes): {
  readonly waves: readonly number[];
  readonly median: number;
} {
  const waves = Array.from({ length: 64 }, (_, i) =>
    dct((y, x) => grey(p, y, x), 32, 1 + Math.floor(i / 8), 1 + (i % 8)),
  );
  const sorted = [...waves].sort((a, b) => a - b);
  return { waves, median: (sorted[31]! + sorted[32]!) / 2 };
}
