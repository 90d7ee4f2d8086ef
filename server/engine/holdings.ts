import type { TensorHandle } from '../../nodes/sdk/index.ts';
import { weigh } from './weigh.ts';

/** A holder of values: keeps their tensors alive, and knows how many bytes that is. */
export interface Holdings {
  /** Gives the function that lets go again; calling it twice does nothing more. */
  hold(value: object): () => void;
  /** Tensors count once, however many values have them; plain data as estimated. */
  readonly bytes: number;
}

/** A holder that holds nothing yet. */
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
