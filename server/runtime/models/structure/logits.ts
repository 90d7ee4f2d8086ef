import { floatsOf } from '../../onnx/tensors.ts';
import type { LogitFacts } from '../model-entry.ts';
import type { GraphWalk } from './graph-walk.ts';

/** The scale and bias that turn the cosine into `logits_per_image` or `logits_per_text`: cosine * scale + bias. */
export function findLogits(walk: GraphWalk, logits: string): LogitFacts | undefined {
  let scale: number | undefined;
  let bias = 0;
  let value: string | undefined = logits;
  for (let steps = 0; value !== undefined && steps < 12; steps++) {
    const node = walk.producer(value);
    if (!node) break;
    if (node.opType === 'Add' || node.opType === 'Mul') {
      const [left, right] = node.input;
      const number = scalarOf(walk, right) ?? scalarOf(walk, left);
      if (number === undefined) break;
      value = scalarOf(walk, right) === undefined ? right : left;
      if (node.opType === 'Add') bias += number * (scale ?? 1);
      else scale = (scale ?? 1) * number;
    } else if (node.opType === 'MatMul') {
      // Some exports scale one side before the product.
      const factor = node.input.map((side) => scaledBy(walk, side)).find((number) => number !== undefined);
      if (factor !== undefined) scale = (scale ?? 1) * factor;
      break;
    } else if (['Transpose', 'Identity', 'Cast'].includes(node.opType)) {
      value = node.input[0];
    } else break;
  }
  return scale === undefined ? undefined : { scale, bias };
}

function scaledBy(walk: GraphWalk, value: string): number | undefined {
  const node = walk.producer(value);
  return node?.opType === 'Mul'
    ? (scalarOf(walk, node.input[1]) ?? scalarOf(walk, node.input[0]))
    : undefined;
}

/** A constant of one number. It looks through Exp, because trained scales are logarithms. */
function scalarOf(walk: GraphWalk, value: string | undefined): number | undefined {
  const plain = walk.through(value, ['Cast', 'Identity']);
  const node = walk.producer(plain);
  const exponential = node?.opType === 'Exp';
  const tensor = walk.constant(exponential ? node.input[0] : plain)?.tensor;
  if (!tensor?.dims.every((dim) => dim === 1n)) return undefined;
  try {
    const number = floatsOf(tensor).data[0];
    return number === undefined || !exponential ? number : Math.exp(number);
  } catch {
    return undefined;
  }
}
