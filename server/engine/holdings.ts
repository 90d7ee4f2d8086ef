import type { TensorHandle } from '../../nodes/sdk/index.ts';
import { listBytes, weigh } from './weigh.ts';

/** Keeps the tensors of values alive and counts the bytes of values. */
export interface Holdings {
  /** Holds a value. @returns a function that releases it; further calls of it do nothing */
  hold(value: object): () => void;
  /** The bytes held. A tensor or a long list counts once, even if several values share it. Plain data is estimated. */
  readonly bytes: number;
}

/** Makes an empty holder. */
export function createHoldings(): Holdings {
  const holders = new Map<TensorHandle, number>();
  const listHolders = new Map<object, number>();
  let bytes = 0;

  function takeList(list: object): void {
    const count = listHolders.get(list) ?? 0;
    listHolders.set(list, count + 1);
    if (count === 0) bytes += listBytes(list);
  }

  function giveList(list: object): void {
    const count = listHolders.get(list) ?? 0;
    if (count > 1) {
      listHolders.set(list, count - 1);
      return;
    }
    listHolders.delete(list);
    bytes -= listBytes(list);
  }

  function take(tensor: TensorHandle): void {
    const count = holders.get(tensor) ?? 0;
    holders.set(tensor, count + 1);
    if (count > 0) return;
    tensor.retain();
    bytes += tensor.bytes;
  }

  function give(tensor: TensorHandle): void {
    const count = holders.get(tensor) ?? 0;
    if (count > 1) {
      holders.set(tensor, count - 1);
      return;
    }
    holders.delete(tensor);
    bytes -= tensor.bytes;
    tensor.release();
  }

  return {
    hold(value) {
      const { tensors, lists, plainBytes } = weigh(value);
      for (const tensor of tensors) take(tensor);
      for (const list of lists) takeList(list);
      bytes += plainBytes;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        bytes -= plainBytes;
        for (const tensor of tensors) give(tensor);
        for (const list of lists) giveList(list);
      };
    },
    get bytes() {
      return bytes;
    },
  };
}
