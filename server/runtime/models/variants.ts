import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { noPrecision, PatchbayError, PRECISIONS, type Precision } from '../../../nodes/sdk/index.ts';
import type { ModelEntry } from './model-entry.ts';

/** File endings of each precision, the most exact first. */
const ENDINGS: Readonly<Record<Precision, readonly string[]>> = {
  fp32: [''],
  fp16: ['_fp16'],
  q8: ['_quantized', '_int8', '_uint8'],
  q4: ['_q4', '_q4f16', '_bnb4'],
};

/** The order in which a device takes precisions by default. Graphics cards are fast at float16, processors at float32. */
const PREFERRED: Readonly<Record<'cpu' | 'gpu', readonly Precision[]>> = {
  cpu: PRECISIONS,
  gpu: ['fp16', 'fp32', 'q8', 'q4'],
};

/** The files of a graph by precision. */
export type GraphFiles = Readonly<Partial<Record<Precision, string>>>;

/** The variants of a graph, found by its names in `onnx` or in the folder itself; undefined if the folder has none. */
export async function findGraph(folder: string, names: readonly string[]): Promise<GraphFiles | undefined> {
  for (const name of names) {
    for (const inside of [join(folder, 'onnx'), folder]) {
      const stem = join(inside, name);
      const there = new Set<string>(await readdir(dirname(stem)).catch(() => []));
      const found = PRECISIONS.flatMap((precision) => {
        const file = ENDINGS[precision].map((ending) => `${stem}${ending}.onnx`);
        const present = file.find((path) => there.has(basename(path)));
        return present === undefined ? [] : [[precision, present] as const];
      });
      if (found.length > 0) return Object.fromEntries(found);
    }
  }
  return undefined;
}

/** The precisions of a graph, the most exact first. */
export const precisionsOf = (files: GraphFiles): readonly Precision[] =>
  PRECISIONS.filter((precision) => files[precision] !== undefined);

/** The file of a precision, or of the nearest one, because a tower may have fewer variants than another. */
export function nearest(files: GraphFiles, precision: Precision): string | undefined {
  const there = precisionsOf(files);
  const place = PRECISIONS.indexOf(precision);
  const near = there.find((other) => PRECISIONS.indexOf(other) >= place) ?? there.at(-1);
  return near && files[near];
}

/** The precision that a device uses by default. */
export function preferred({ precisions = [] }: ModelEntry, provider: string): Precision | undefined {
  return PREFERRED[provider === 'cpu' ? 'cpu' : 'gpu'].find((precision) => precisions.includes(precision));
}

/**
 * The entry as its variant of a precision; a broken variant has a `problem`.
 * @throws PatchbayError `model.no-precision` naming the variants that the model has
 */
export function withPrecision(entry: ModelEntry, precision: Precision): ModelEntry {
  if (entry.precision === precision) return entry;
  const variant = entry.variants?.[precision];
  if (!variant) throw new PatchbayError(noPrecision(entry, precision));
  const { image: _image, text: _text, decoder: _decoder, probability: _scores, ...rest } = entry;
  return { ...rest, ...variant, precision };
}
