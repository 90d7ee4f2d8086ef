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
import type { States } from './conversions.ts';

/** What hidden states of pictures are made with. */
export interface TokenEncoding {
  readonly images: Pick<ImageService, 'batches'>;
  /** Most pictures of a height and width that memory allows in one batch. */
  readonly atOnce: (size: readonly [height: number, width: number]) => number;
  /** n x T x D of a batch; of a map every place is a token, and none comes before. */
  readonly encode: (batch: PixelBatch) => Promise<States>;
  /** Side of a patch, where the model has patches. */
  readonly patchSize?: number;
  /** Whether the tokens are of a place each; otherwise they have no grid. */
  readonly places: boolean;
}

/** N x T x D of pictures in their order, with the grid their tokens lie on; what cannot be read is left out and listed. */
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

/** Patches row by row after what comes before them (CLS, registers); none where the numbers do not work out. */
function gridOf(
  { patchSize, places }: TokenEncoding,
  [height = 0, width = 0]: readonly number[],
  tokens: number,
): Tokens['grid'] {
  if (!places || !patchSize) return undefined;
  const rows = Math.floor(height / patchSize);
  const columns = Math.floor(width / patchSize);
  const prefix = tokens - rows * columns;
  return rows * columns > 0 && prefix >= 0 && prefix < rows * columns ? { rows, columns, prefix } : undefined;
}

/** Tokens of all pictures lie side by side in memory, and those of a large picture are many. */
function checkMemory(count: number, [tokens = 0, dims = 0]: readonly number[]): void {
  const bytes = count * tokens * dims * 4;
  const most = totalmem() / 2;
  if (bytes <= most) return;
  const gigabytes = (value: number) => (value / 2 ** 30).toFixed(1);
  throw new PatchbayError({
    code: 'encode.memory',
    message: `The tokens of ${count} pictures, ${tokens} x ${dims} numbers each, take ${gigabytes(bytes)} GB, and this machine has ${gigabytes(totalmem())} GB: encode at most ${Math.max(1, Math.floor((count * most) / bytes))} pictures at once, or make them smaller first.`,
    expected: `${gigabytes(most)} GB`,
    got: `${gigabytes(bytes)} GB`,
  });
}

function differentSizes(first: readonly number[], other: readonly number[]): PatchbayError {
  return new PatchbayError({
    code: 'encode.size',
    message: `The pictures have different sizes, so their tokens do not fit into one tensor (${first.join(' x ')} and ${other.join(' x ')}): resize or crop them to one size first.`,
  });
}
