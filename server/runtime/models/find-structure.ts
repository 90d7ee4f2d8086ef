import type { NodeProto, TensorProto } from '../onnx/proto.ts';
import { floatsOf } from '../onnx/tensors.ts';
import { floatAttribute, type GraphWalk, intAttribute } from './graph-walk.ts';
import type { LogitFacts, ProjectionFacts } from './model-entry.ts';

/** Ops that may stand between a projection and the declared output without being another layer. */
const AFTER_PROJECTION = new Set([
  'Identity',
  'Cast',
  'Squeeze',
  'Flatten',
  'Reshape',
  'LpNormalization',
  'Div',
]);

/**
 * The linear projection an output is the result of: MatMul or Gemm by a constant, without a bias, maybe L2-normalised after.
 * Stock CLIP exports declare only `image_embeds`; its input is the pooled vector before `visual_projection`.
 */
export function findProjection(walk: GraphWalk, output: string): ProjectionFacts | undefined {
  let value: string | undefined = output;
  for (let steps = 0; steps < 12; steps++) {
    const node = walk.producer(value);
    if (!node) return undefined;
    if (node.opType === 'MatMul' || node.opType === 'Gemm') return projectionOf(walk, node);
    if (!AFTER_PROJECTION.has(node.opType)) return undefined;
    value = node.input[0];
  }
  return undefined;
}

function projectionOf(walk: GraphWalk, node: NodeProto): ProjectionFacts | undefined {
  const [input, weight, bias] = node.input;
  const found = walk.constant(weight);
  if (!input || !found || found.tensor.dims.length !== 2) return undefined;
  let outByIn = found.transposed;
  if (node.opType === 'Gemm') {
    const plain = floatAttribute(node, 'alpha', 1) === 1 && intAttribute(node, 'transA', 0) === 0;
    if (!plain || (bias && !isZero(walk.constant(bias)?.tensor))) return undefined;
    if (intAttribute(node, 'transB', 0) === 1) outByIn = !outByIn;
  }
  const [rows = 0, columns = 0] = found.tensor.dims.map(Number);
  return {
    input,
    weight: found.name,
    outByIn,
    out: outByIn ? rows : columns,
    in: outByIn ? columns : rows,
  };
}

function isZero(tensor: TensorProto | undefined): boolean {
  const numbers = tensor && numbersOf(tensor);
  return numbers?.every((value) => value === 0) ?? false;
}

function numbersOf(tensor: TensorProto): readonly number[] | undefined {
  try {
    return [...floatsOf(tensor).data];
  } catch {
    return undefined;
  }
}

/** What a layer norm is made of, in exports before it became one operator, and what else may follow the choice of a token. */
const NORM = new Set([
  'LayerNormalization',
  'ReduceMean',
  'Sub',
  'Pow',
  'Sqrt',
  'Div',
  'Cast',
  'Identity',
  'Squeeze',
  'Reshape',
  'Flatten',
]);
/** Part of a norm when one side is a weight; a residual connection when none is. */
const SCALED = new Set(['Mul', 'Add']);

/**
 * The N x T x D hidden states a pooled vector was taken from: behind the final norm, a Gather or Slice of token 0 along axis 1.
 * That is what Transformers calls CLIP's `last_hidden_state`.
 */
export function findHidden(walk: GraphWalk, pooled: string): string | undefined {
  const waiting = [pooled];
  const seen = new Set<string>();
  for (let value = waiting.shift(); value !== undefined && seen.size < 40; value = waiting.shift()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const node = walk.producer(value);
    if (!node) continue;
    if (takesFirstToken(walk, node)) return node.input[0];
    const norm =
      NORM.has(node.opType) || (SCALED.has(node.opType) && node.input.some((name) => walk.constant(name)));
    if (norm) waiting.push(...node.input.filter((name) => name !== ''));
  }
  return undefined;
}

function takesFirstToken(walk: GraphWalk, node: NodeProto): boolean {
  const constants = (position: number) => integers(walk.constant(node.input[position])?.tensor);
  if (node.opType === 'Gather') {
    return intAttribute(node, 'axis', 0) === 1 && constants(1)?.length === 1 && constants(1)?.[0] === 0;
  }
  if (node.opType === 'Slice') {
    return (
      constants(1)?.[0] === 0 &&
      constants(2)?.[0] === 1 &&
      constants(3)?.length === 1 &&
      constants(3)?.[0] === 1
    );
  }
  return false;
}

/** The numbers of a small int64 or int32 constant. */
function integers(tensor: TensorProto | undefined): readonly number[] | undefined {
  if (!tensor || tensor.rawData.byteLength > 256) return undefined;
  if (tensor.int64Data.length > 0) return tensor.int64Data.map(Number);
  if (tensor.int32Data.length > 0) return [...tensor.int32Data];
  const { buffer, byteOffset, byteLength } = tensor.rawData;
  const view = new DataView(buffer, byteOffset, byteLength);
  const elements = tensor.dims.reduce((product, dim) => product * Number(dim), 1);
  if (byteLength === elements * 8)
    return Array.from({ length: elements }, (_, i) => Number(view.getBigInt64(i * 8, true)));
  if (byteLength === elements * 4)
    return Array.from({ length: elements }, (_, i) => view.getInt32(i * 4, true));
  return undefined;
}

/** How `logits_per_image` or `logits_per_text` of a joint model come from the cosine: cosine * scale + bias. */
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

/** A constant of one number, seen through Exp: trained scales are logarithms. */
function scalarOf(walk: GraphWalk, value: string | undefined): number | undefined {
  const node = walk.producer(value);
  const exponential = node?.opType === 'Exp';
  const tensor = walk.constant(exponential ? node.input[0] : value)?.tensor;
  const numbers = tensor?.dims.every((dim) => dim === 1n) ? numbersOf(tensor) : undefined;
  const [number] = numbers ?? [];
  if (number === undefined || numbers?.length !== 1) return undefined;
  return exponential ? Math.exp(number) : number;
}
