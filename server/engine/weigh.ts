import { isTensorHandle, type TensorHandle } from '../../nodes/sdk/index.ts';

/** What a value holds in memory: its tensors, its long lists, and an estimate of the bytes of its other plain data. */
export interface Weight {
  readonly tensors: readonly TensorHandle[];
  /** Lists that several values may share, such as the items of a gallery. Their bytes are {@link listBytes}. */
  readonly lists: readonly object[];
  readonly plainBytes: number;
}

const OBJECT_BYTES = 32;
const FIELD_BYTES = 8;

/** Weights of long lists, which several values may share. Values never change, so each list is weighed once. */
const weighed = new WeakMap<object, Weight>();
const WORTH_KEEPING = 256;

function leafBytes(value: unknown): number {
  if (typeof value === 'string') return 24 + 2 * value.length;
  return typeof value === 'bigint' ? 16 : FIELD_BYTES;
}

function weighList(list: readonly unknown[]): Weight {
  // Prevents an endless loop if the list contains itself, which plain data never does.
  weighed.set(list, { tensors: [], lists: [], plainBytes: 0 });
  const weight = weigh(list);
  weighed.set(list, weight);
  return weight;
}

/** An estimate of the bytes of a long list, without the long lists in it. */
export function listBytes(list: object): number {
  return weighed.get(list)?.plainBytes ?? 0;
}

/** An estimate of all bytes of a value. */
export function totalBytes({ tensors, lists, plainBytes }: Weight): number {
  return [...tensors.map(({ bytes }) => bytes), ...lists.map(listBytes)].reduce((a, b) => a + b, plainBytes);
}

/** Weighs a value by walking through its plain data. Each object counts once. */
export function weigh(root: unknown): Weight {
  const tensors = new Set<TensorHandle>();
  const lists = new Set<object>();
  const seen = new Set<object>();
  const stack: object[] = [];
  let plainBytes = 0;

  const meet = (value: unknown) => {
    if (typeof value !== 'object' || value === null) plainBytes += leafBytes(value);
    else if (isTensorHandle(value)) tensors.add(value);
    else if (ArrayBuffer.isView(value)) plainBytes += value.byteLength;
    else stack.push(value);
  };

  meet(root);
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    plainBytes += OBJECT_BYTES;
    if (!Array.isArray(value)) {
      for (const key in value) meet((value as Record<string, unknown>)[key]);
    } else if (value === root || value.length < WORTH_KEEPING) {
      for (const item of value) meet(item);
    } else {
      const weight = weighed.get(value) ?? weighList(value);
      for (const tensor of weight.tensors) tensors.add(tensor);
      for (const list of weight.lists) lists.add(list);
      lists.add(value);
    }
  }
  return { tensors: [...tensors], lists: [...lists], plainBytes };
}
