import { itemRecord } from './items.ts';
import type { Ops } from './ops.ts';
import { similarityRows } from './similarity.ts';
import { isTensorHandle, type TensorHandle } from './tensor.ts';
import type { Item, PortValue, Similarity } from './values.ts';

/** Rows to copy from the device at a time. */
const TILE_ROWS = 1024;

function isItem(value: object): value is Item {
  const { kind } = value as { kind?: unknown };
  return kind === 'text' || kind === 'image';
}

const numbers = (row: ArrayLike<number | bigint>): string =>
  `[${Array.from(row, (value) => (typeof value === 'bigint' || Number.isFinite(value) ? String(value) : 'null')).join(',')}]`;

async function* tensorJson(tensor: TensorHandle, ops: Ops): AsyncGenerator<string> {
  const [rows = 1] = tensor.dims;
  const size = tensor.dims.slice(1).reduce((product, dim) => product * dim, 1);
  yield `{"dims":${JSON.stringify(tensor.dims)},"values":[`;
  const sliceable = tensor.dtype === 'float32' && tensor.dims.length > 0;
  for (let from = 0; from < rows; from += TILE_ROWS) {
    const to = Math.min(rows, from + TILE_ROWS);
    const whole = !sliceable || rows <= TILE_ROWS;
    const tile = whole ? tensor : await ops.slice(tensor as TensorHandle<'float32'>, 0, from, to);
    const { data } = await tile.toHost();
    const offset = whole ? from : 0;
    for (let row = 0; row < to - from; row++)
      yield `${from + row > 0 ? ',' : ''}${numbers(data.subarray((offset + row) * size, (offset + row + 1) * size))}`;
  }
  yield ']}';
}

async function* scoresJson(similarity: Similarity, ops: Ops): AsyncGenerator<string> {
  yield '[';
  let first = true;
  for await (const row of similarityRows(similarity, ops)) {
    yield `${first ? '' : ','}${numbers(row)}`;
    first = false;
  }
  yield ']';
}

async function* anyJson(value: unknown, ops: Ops): AsyncGenerator<string> {
  if (typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null';
  } else if (isTensorHandle(value)) {
    yield* tensorJson(value, ops);
  } else if (isItem(value)) {
    yield JSON.stringify(itemRecord(value));
  } else if (Array.isArray(value)) {
    yield '[';
    for (const [index, entry] of value.entries()) {
      if (index > 0) yield ',';
      yield* anyJson(entry, ops);
    }
    yield ']';
  } else {
    let first = true;
    yield '{';
    for (const [key, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      yield `${first ? '' : ','}${JSON.stringify(key)}:`;
      first = false;
      const scores = key === 'scores' && (value as { kind?: unknown }).kind === 'similarity';
      yield* scores ? scoresJson(value as Similarity, ops) : anyJson(entry, ops);
    }
    yield '}';
  }
}

/**
 * Writes any value as JSON text, piece by piece, so that a large value never fills the memory. Items become their
 * records. A tensor becomes `{ dims, values }` with one list per row. Numbers that are not finite become null.
 */
export function jsonOf(value: PortValue, ops: Ops): AsyncGenerator<string> {
  return anyJson(value, ops);
}
