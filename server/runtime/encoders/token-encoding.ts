import { totalmem } from 'node:os';
import {
  type HostTensor,
  type ImageItem,
  type ImageService,
  PatchbayError,
  type PixelBatch,
  type Pixels,
  type Skipped,
  type Tokens,
  throwIfAborted,
  type WorkOptions,
} from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';
import { hasClassToken } from '../models/families.ts';
import type { States } from './conversions.ts';

/** Everything that encoding pictures to tokens needs. */
export interface TokenEncoding {
  readonly images: Pick<ImageService, 'batches'>;
  /** The most pictures of a size that memory allows in one batch. */
  readonly atOnce: (size: readonly [height: number, width: number]) => number;
  /** Encodes a batch to n x T x D. Each place of a map is a token; a map has no other tokens. */
  readonly encode: (batch: PixelBatch) => Promise<States>;
  /** The side of a patch in pixels; absent for models without patches. */
  readonly patchSize?: number;
  /** Whether each token belongs to a place of the picture; otherwise the tokens have no grid. */
  readonly places: boolean;
}

/** Encodes pictures to N x T x D, in order, with the grid of their tokens. Pictures that cannot be read are left out and listed. */
export async function encodeTokens(
  pixels: Pixels,
  encoding: TokenEncoding,
  options: WorkOptions & { readonly batchSize: number },
): Promise<{ tensor: HostTensor<'float32'>; items: ImageItem[]; skipped: Skipped[]; grid?: Tokens['grid'] }> {
  const { signal, batchSize, onProgress } = options;
  const total = pixels.items.length;
  const items: ImageItem[] = [];
  const skipped: Skipped[] = [...pixels.skipped];
  const onSkip = (left: Skipped) => skipped.push(left);
  let shape: readonly number[] | undefined;
  let data = new Float32Array(0);
  let grid: Tokens['grid'];
  const { atOnce } = encoding;
  for await (const batch of encoding.images.batches(pixels, { batchSize, atOnce, signal, onSkip })) {
    throwIfAborted(signal);
    const size = batch.tensor.dims.slice(2);
    const { tensor: states, map } = await encoding.encode(batch);
    const each = states.dims.slice(1);
    if (!shape) {
      shape = each;
      checkMemory(total, each);
      data = new Float32Array(total * each[0]! * each[1]!);
      grid = map ? { ...map, prefix: 0 } : gridOf(encoding, size, each[0]!);
    } else if (shape.join() !== each.join()) throw differentSizes(shape, each);
    data.set(states.data, items.length * each[0]! * each[1]!);
    items.push(...batch.items);
    onProgress?.(items.length + skipped.length - pixels.skipped.length, total);
  }
  const [tokens = 0, dims = 0] = shape ?? [];
  const kept = data.subarray(0, items.length * tokens * dims);
  return {
    tensor: { dtype: 'float32', dims: [items.length, tokens, dims], data: kept },
    items,
    skipped,
    grid,
  };
}

/**
 * The grid of patches, row by row after the first tokens (CLS, registers). Undefined where the numbers do not fit. Without the side of
 * a patch, it is the square that {@link hasClassToken} finds, so that *Pool* and *Encode pictures* see the same class token.
 */
function gridOf(
  { patchSize, places }: TokenEncoding,
  size: readonly number[],
  tokens: number,
): Tokens['grid'] {
  if (!places) return undefined;
  if (patchSize === undefined) {
    const first = hasClassToken(size, tokens, undefined);
    const side = Math.sqrt(tokens - (first ? 1 : 0));
    return first === undefined ? undefined : { rows: side, columns: side, prefix: first ? 1 : 0 };
  }
  const [height = 0, width = 0] = size;
  const rows = Math.floor(height / patchSize);
  const columns = Math.floor(width / patchSize);
  const prefix = tokens - rows * columns;
  return rows * columns > 0 && prefix >= 0 && prefix < rows * columns ? { rows, columns, prefix } : undefined;
}

/** Refuses more tokens than half of the memory holds: the tokens of all pictures are in memory together. */
function checkMemory(count: number, [tokens = 0, dims = 0]: readonly number[]): void {
  const bytes = count * tokens * dims * 4;
  const most = totalmem() / 2;
  if (bytes <= most) return;
  const gigabytes = (value: number) => (value / 2 ** 30).toFixed(1);
  const message = encoderMessage('encode.memory', {
    ...{ count, tokens, dims, most: Math.max(1, Math.floor((count * most) / bytes)) },
    needed: gigabytes(bytes),
    memory: gigabytes(totalmem()),
  });
  throw new PatchbayError({
    ...message,
    expected: `${gigabytes(most)} GB`,
    got: `${gigabytes(bytes)} GB`,
  });
}

function differentSizes(first: readonly number[], other: readonly number[]): PatchbayError {
  const shapes = { first: first.join(' x '), other: other.join(' x ') };
  return new PatchbayError(encoderMessage('encode.mixed-sizes', shapes));
}
