import type { TensorHandle } from '../../nodes/sdk/index.ts';
import { weigh } from './weigh.ts';

/** Keeps the tensors of values alive and counts their bytes. */
export interface Holdings {
  /** Holds a value. @returns a function that releases it; further calls of it do nothing */
  hold(value: object): () => void;
  /** The bytes held. A tensor counts once, even if several values share it. Plain data is estimated. */
  readonly bytes: number;
}

/** Makes an empty holder. */
export function createHoldings(): Holdings {
  const holders = new Map<TensorHandle, number>();
  let bytes = 0;

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
      const { tensors, plainBytes } = weigh(value);
      for (const tensor of tensors) take(tensor);
      bytes += plainBytes;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        bytes -= plainBytes;
        for (const tensor of tensors) give(tensor);
      };
    },
    get bytes() {
      return bytes;
    },
  };
}
