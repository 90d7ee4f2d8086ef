import type { NodeProto } from '../../onnx/proto.ts';
import type { HiddenFacts } from '../model-entry.ts';
import { type GraphWalk, intAttribute, integersOf } from './graph-walk.ts';

/** Operators of a layer norm (older exports write it as several), and other operators that may follow the choice of a token. */
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
  'QuantizeLinear',
  'DequantizeLinear',
]);
/** These are part of a norm if one side is a weight. Otherwise they are a residual connection. */
const SCALED = new Set(['Mul', 'Add']);
const PASSING = ['Identity', 'Cast', 'QuantizeLinear', 'DequantizeLinear'];

/**
 * The hidden states behind a pooled vector (`last_hidden_state` in Transformers): N x T x D before a Gather or Slice takes token 0
 * along axis 1, or a map N x D x H x W before its mean over all places. A norm may lie between.
 */
export function findHidden(walk: GraphWalk, pooled: string): HiddenFacts | undefined {
  const waiting = [pooled];
  const seen = new Set<string>();
  for (let value = waiting.shift(); value !== undefined && seen.size < 40; value = waiting.shift()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const node = walk.producer(value);
    if (!node) continue;
    // The rest of the graph takes a map with a single place. Other tokens cannot go through it, so `taken` is not set.
    if (node.opType === 'GlobalAveragePool') return { value: node.input[0]!, stream: [] };
    if (isPlaceMean(walk, node))
      return { value: node.input[0]!, taken: { value: node.output[0]!, rank: 2 }, stream: [] };
    const rank = rankOfFirstToken(walk, node);
    if (rank !== undefined) {
      const points = sums(walk, node.input[0]!);
      // An even number includes half a layer: a head that pools by attention, as in SigLIP. There is no hidden state
      // before it.
      if (points.length % 2 === 0) return undefined;
      return { value: node.input[0]!, taken: { value: node.output[0]!, rank }, stream: layersOf(points) };
    }
    const norm =
      NORM.has(node.opType) || (SCALED.has(node.opType) && node.input.some((name) => walk.constant(name)));
    if (norm) waiting.push(...node.input.filter((name) => name !== ''));
  }
  return undefined;
}

/** Whether a node averages a map N x D x H x W over its rows and columns, to N x D. */
function isPlaceMean(walk: GraphWalk, node: NodeProto): boolean {
  if (node.opType !== 'ReduceMean' || intAttribute(node, 'keepdims', 1) !== 0) return false;
  // Since opset 18 the axes are an input, before that an attribute.
  const own = node.attribute.find(({ name }) => name === 'axes')?.ints.map(Number);
  const axes = own ?? integersOf(walk.constant(node.input[1])?.tensor) ?? [];
  // The mean of the input picture itself is not a layer.
  const isInner = walk.producer(node.input[0]) !== undefined;
  return isInner && ['2,3', '-2,-1'].includes(axes.toSorted((a, b) => a - b).join());
}

/** The rank of the result when a node takes token 0 along axis 1; undefined for other nodes. */
function rankOfFirstToken(walk: GraphWalk, node: NodeProto): 2 | 3 | undefined {
  if (node.opType === 'Gather') {
    const index = walk.constant(node.input[1])?.tensor;
    const [first, ...more] = integersOf(index) ?? [];
    if (intAttribute(node, 'axis', 0) !== 1 || first !== 0 || more.length > 0) return undefined;
    return index?.dims.length === 0 ? 2 : 3;
  }
  if (node.opType !== 'Slice') return undefined;
  const bounds = [1, 2, 3].map((position) => integersOf(walk.constant(node.input[position])?.tensor));
  return bounds.every((found) => found?.length === 1) && `${bounds}` === '0,1,1' ? 3 : undefined;
}

/**
 * The residual stream of a transformer that ends in `last`, maybe through a final norm: hidden_states in Transformers, with the
 * patch embeddings first. Each layer of a pre-norm transformer adds to the stream twice, after attention and after its MLP. Of the
 * two sides of each sum, the stream is the one that a norm reads too. Empty for graphs of another kind.
 */
export function findStream(walk: GraphWalk, last: string): string[] {
  return layersOf(sums(walk, last));
}

/** The values of the stream at both sums of every layer, the last first. */
function sums(walk: GraphWalk, last: string): string[] {
  const points: string[] = [];
  let value: string | undefined = beforeNorm(walk, last);
  while (value !== undefined) {
    points.push(value);
    value = residual(walk, value);
  }
  return points;
}

/** The output of each layer: every second sum, and the patch embeddings. */
function layersOf(points: readonly string[]): string[] {
  if (points.length % 2 === 0 || points.length < 3) return [];
  return points.filter((_, i) => i % 2 === 0).reverse();
}

function residual(walk: GraphWalk, value: string): string | undefined {
  const node = walk.producer(walk.through(value, PASSING));
  if (node?.opType !== 'Add') return undefined;
  const sides = node.input.filter((side) => !walk.constant(side));
  const [shared, ...more] = sides.filter((side) => isNormalised(walk, side));
  return sides.length === 2 && more.length === 0 ? shared : undefined;
}

/** Whether a norm reads a value. A layer norm of several operators begins with a mean. */
function isNormalised(walk: GraphWalk, value: string): boolean {
  return walk
    .consumers(value)
    .some(({ opType, output }) =>
      opType === 'Cast' || opType === 'Identity'
        ? isNormalised(walk, output[0]!)
        : opType === 'LayerNormalization' || opType === 'ReduceMean',
    );
}

/** The value before a final norm of one operator or several; the value itself without such a norm. */
function beforeNorm(walk: GraphWalk, value: string): string {
  const maker = (of: string | undefined) => walk.producer(walk.through(of, PASSING));
  const node = maker(value);
  if (node?.opType === 'LayerNormalization') return node.input[0]!;
  const open = (of: NodeProto) => of.input.find((side) => !walk.constant(side));
  if (node?.opType !== 'Add' || node.input.every((side) => !walk.constant(side))) return value;
  const scaled = maker(open(node));
  const divided = scaled?.opType === 'Mul' ? maker(open(scaled)) : undefined;
  const centred = divided?.opType === 'Div' ? maker(divided.input[0]) : undefined;
  return centred?.opType === 'Sub' ? (walk.through(centred.input[0], PASSING) ?? value) : value;
}
