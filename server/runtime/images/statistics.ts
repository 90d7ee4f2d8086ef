import type { ImageService, Pixels, RgbPicture } from '../../../nodes/sdk/index.ts';
import type { AssetStore } from '../files/assets.ts';
import { buildGraph } from '../onnx/graph-builder.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';
import { splitSteps } from '../preprocess/geometry.ts';
import type { Realiser } from '../preprocess/realise.ts';
import { DecodeAhead, skip } from './decode-ahead.ts';
import { ReadingNotes } from './reading-notes.ts';
import type { DecodeLimits } from './sharp.ts';

type StatisticsOptions = Parameters<ImageService['statistics']>[1] & { readonly limits?: DecodeLimits };

/** The number of float64 in ONNX (TensorProto.DataType). */
const DOUBLE = 11;
/** The number of int64 in ONNX (TensorProto.DataType). */
const INT64 = 7;
/** How many pixels to sum at a time: 24 MB as float64. */
const BAND_PIXELS = 1 << 20;
const AHEAD = 8;

/** A graph for each channel's sum of levels and sum of squared levels: 2 x 3, exact whole numbers. */
function sumsGraph(): Uint8Array {
  return buildGraph((g) => {
    const levels = g.node('Cast', [g.input('levels', 'uint8', ['pixels', 3])], { to: DOUBLE });
    const axis = g.constant({ dtype: 'int64', dims: [1], data: BigInt64Array.of(0n) });
    const sums = [
      g.node('ReduceSum', [levels, axis], { keepdims: 1 }),
      g.node('ReduceSum', [g.node('Mul', [levels, levels]), axis], { keepdims: 1 }),
    ];
    g.output('sums', g.node('Cast', [g.node('Concat', sums, { axis: 0 })], { to: INT64 }), 'int64', [2, 3]);
  });
}

/**
 * Computes each channel's mean and population standard deviation, in 0..1, over all pixels after the spec's resizes and crops.
 * It leaves out rescaling and normalising. The sums are big integers, so the order of the pictures does not matter.
 *
 * Every pixel counts the same: a large picture weighs more than a small one, unless the spec gives them one size.
 */
export async function statistics(
  { items, spec }: Pixels,
  deps: { readonly realiser: Realiser; readonly assets: AssetStore; readonly pool: SessionPool },
  { signal, onProgress, onSkip, onWarn, limits }: StatisticsOptions,
): ReturnType<ImageService['statistics']> {
  // A wrong spec fails here once, and not for every picture.
  splitSteps(spec);
  const session = await deps.pool.graph('sums of levels', sumsGraph, {
    provider: 'cpu',
    threads: 1,
  });
  const notes = new ReadingNotes();
  const decoder = new DecodeAhead(items, deps.assets, {
    ...{ spec, ahead: AHEAD, onNote: notes.note },
    ...{ limits, signal },
  });
  const totals = { sums: [0n, 0n, 0n], squares: [0n, 0n, 0n], images: 0, pixels: 0 };
  const add = async ({ width, height, data }: RgbPicture) => {
    for (let from = 0; from < width * height; from += BAND_PIXELS) {
      const count = Math.min(BAND_PIXELS, width * height - from);
      const levels = hostTensor({
        dtype: 'uint8',
        dims: [count, 3],
        data: data.subarray(from * 3, (from + count) * 3),
      });
      const { sums } = await session.run({ levels }, { host: true });
      const numbers = (await sums!.toHost()).data as BigInt64Array;
      for (let channel = 0; channel < 3; channel++) {
        totals.sums[channel]! += numbers[channel]!;
        totals.squares[channel]! += numbers[3 + channel]!;
      }
    }
    totals.images += 1;
    totals.pixels += width * height;
  };
  let done = 0;
  for (let decoded = await decoder.next(); decoded !== undefined; decoded = await decoder.next()) {
    if ('skipped' in decoded) onSkip(decoded.skipped);
    else {
      const { item, picture } = decoded;
      const shaped = await deps.realiser.bytes(picture, spec).catch((error: unknown) => {
        onSkip(skip(item, error));
      });
      if (shaped) await add(shaped);
    }
    done += 1;
    onProgress?.(done, items.length);
  }
  notes.tell(onWarn);
  return { ...moments(totals), images: totals.images, pixels: totals.pixels };
}

/** Mean S / n and variance (n Q - S^2) / n^2, in integers until the last division; NaN without pixels. */
function moments({ sums, squares, pixels }: { sums: bigint[]; squares: bigint[]; pixels: number }) {
  const n = BigInt(pixels);
  const mean = sums.map((sum) => Number(sum) / pixels / 255);
  const std = sums.map((sum, channel) => Math.sqrt(Number(n * squares[channel]! - sum * sum)) / pixels / 255);
  return { mean, std };
}
