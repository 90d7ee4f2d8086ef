import type { Curve } from './curve.ts';

/** Entries per octave: between them a line is within 1e-4 of the force. */
const PER_OCTAVE = 6;
const FRACTION_BITS = 23 - PER_OCTAVE;
const FRACTION = 1 << FRACTION_BITS;
/** The table holds squared distances from 2^-40 to 2^24. Beyond, forces do not matter any more. */
const LOWEST = 127 - 40;
const HIGHEST = 127 + 24;

/**
 * The forces between two places by their squared distance d, as factors of their difference. Powers are slow, so both are read from
 * tables by the bits of a float32.
 */
export interface Forces {
  /** -2ab d^(b-1) / (1 + a d^b): between joined places. */
  readonly attract: Float64Array;
  /** 2b / ((0.001 + d) (1 + a d^b)): between places that are not joined. */
  readonly repel: Float64Array;
}

/** The tables of a curve. */
export function forcesOf({ a, b }: Curve): Forces {
  const size = ((HIGHEST - LOWEST) << PER_OCTAVE) + 2;
  const attract = new Float64Array(size);
  const repel = new Float64Array(size);
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  for (let i = 0; i < size; i++) {
    bits[0] = ((LOWEST << PER_OCTAVE) + i) << FRACTION_BITS;
    const squared = float[0]!;
    const power = squared ** b;
    attract[i] = (-2 * a * b * power) / (squared * (1 + a * power));
    repel[i] = (2 * b) / ((0.001 + squared) * (1 + a * power));
  }
  return { attract, repel };
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
const FIRST = (LOWEST << PER_OCTAVE) << FRACTION_BITS;
const LAST = (HIGHEST << PER_OCTAVE) << FRACTION_BITS;

/** The entry of a table at a squared distance. */
export function at(table: Float64Array, squared: number): number {
  float[0] = squared;
  const key = Math.min(LAST, Math.max(FIRST, bits[0]!)) - FIRST;
  const place = key >>> FRACTION_BITS;
  const low = table[place]!;
  return low + (table[place + 1]! - low) * ((key & (FRACTION - 1)) / FRACTION);
}
