import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { bytesOf, elementCount } from './elements.ts';
import { attribute } from './graph-builder.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeType,
  DataLocation,
  DataType,
  decodeModel,
  encodeModel,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './proto.ts';

// On x86 without VNNI, ONNX Runtime multiplies uint8 by int8 with an instruction that adds two products in 16 bits and
// saturates (PMADDUBSW): 2 x 255 x 127 is 64,770, but the result is 32,767. Its uint8 x uint8 and int8 x int8 products are exact
// on every processor. Adding 128 to int8 numbers and to their zero point keeps their difference, so nothing else changes.
//
// ONNX Runtime 1.30 has an option for this, `session.x64quantprecision`. It does not load models that multiply int8 by int8,
// or that use one weight twice; it leaves out operator set 21, weights of an outer graph, and int8 values that are not weights.

/** The input positions of an operator's factors and of their zero points. */
interface Product {
  /** The first factor and its zero point. Absent if the operator itself quantises floats to uint8. */
  readonly first?: { readonly value: number; readonly zeroPoint: number };
  readonly second: readonly { readonly value: number; readonly zeroPoint: number }[];
}

const linear: Product = { first: { value: 0, zeroPoint: 2 }, second: [{ value: 3, zeroPoint: 5 }] };
const MICROSOFT = 'com.microsoft';

/** ConvInteger is missing on purpose: ONNX Runtime takes its weight as the first factor, and int8 x uint8 is exact. */
const PRODUCTS: ReadonlyMap<string, Product> = new Map([
  ['MatMulInteger', { first: { value: 0, zeroPoint: 2 }, second: [{ value: 1, zeroPoint: 3 }] }],
  ['QLinearMatMul', linear],
  ['QLinearConv', linear],
  [`${MICROSOFT} QLinearConv`, linear],
  [`${MICROSOFT} QGemm`, linear],
  [
    `${MICROSOFT} MatMulIntegerToFloat`,
    { first: { value: 0, zeroPoint: 4 }, second: [{ value: 1, zeroPoint: 5 }] },
  ],
  [`${MICROSOFT} DynamicQuantizeMatMul`, { second: [{ value: 1, zeroPoint: 3 }] }],
  [`${MICROSOFT} QAttention`, { first: { value: 0, zeroPoint: 6 }, second: [{ value: 1, zeroPoint: 7 }] }],
  [
    `${MICROSOFT} DynamicQuantizeLSTM`,
    {
      second: [
        { value: 1, zeroPoint: 9 },
        { value: 2, zeroPoint: 11 },
      ],
    },
  ],
]);

const QUANTIZE = 'QuantizeLinear';
const DEQUANTIZE = 'DequantizeLinear';
type Eight = DataType.INT8 | DataType.UINT8;
/** The number that represents 0 of int8. */
const ZERO: Readonly<Record<Eight, number>> = { [DataType.INT8]: 0, [DataType.UINT8]: 128 };
const SCALE = 1;
const ZERO_POINT = 2;

/** Operators on floats that ONNX Runtime turns into integer products. */
const MULTIPLYING: ReadonlySet<string> = new Set(['Conv', 'Gemm', 'MatMul']);

/** Operators whose result has the type of their first input. */
const SAME_TYPE: ReadonlySet<string> = new Set(
  'Clip Concat Expand Flatten Gather Identity Max MaxPool Min Pad Relu Reshape Slice Split Squeeze Tile Transpose Unsqueeze'.split(
    ' ',
  ),
);
/**
 * The operators of {@link SAME_TYPE} that do not change numbers. ONNX Runtime applies them to constants while it loads.
 */
const SAME_NUMBERS: ReadonlySet<string> = new Set(
  'Flatten Identity Reshape Squeeze Transpose Unsqueeze'.split(' '),
);

/** A weight with more scales than this gets no explicit zero points here. ONNX Runtime adds its own. */
const MOST_SCALES = 1 << 20;

/** The most steps of a search. No real model has a longer chain of such operators, and the chain may be a circle. */
const MOST_STEPS = 1000;

const operator = ({ domain, opType }: NodeProto) =>
  domain === '' || domain === 'ai.onnx' ? opType : `${domain} ${opType}`;
/** ONNX's operator set and Microsoft's both have QuantizeLinear and DequantizeLinear, with the same inputs. */
const isLinear = ({ domain, opType }: NodeProto, type: string) =>
  opType === type && (domain === '' || domain === 'ai.onnx' || domain === MICROSOFT);

/** Whether ONNX Runtime may multiply integers in a graph of these nodes. */
export function multipliesIntegers(nodes: readonly NodeProto[]): boolean {
  return nodes.some(
    (node) =>
      PRODUCTS.has(operator(node)) ||
      isLinear(node, DEQUANTIZE) ||
      subgraphs(node).some((graph) => multipliesIntegers(graph.node)),
  );
}

/**
 * Rewrites a model whose integer products may saturate: int8 factors become uint8, with their zero points. The numbers that
 * the model computes stay the same. Undefined if nothing needs to change.
 *
 * With `weights: false`, for processors that multiply uint8 by int8 exactly (and faster), weights stay int8. The rest is
 * rewritten in the same way, so that ONNX Runtime fuses the same operators and rounds at the same places everywhere.
 * @throws PatchbayError `model.invalid` when the bytes are not an ONNX model
 */
export function withUnsignedFactors(
  bytes: Uint8Array,
  options: { readonly weights: boolean; readonly name?: string },
): Uint8Array | undefined {
  const model = decodeModel(bytes, options.name);
  if (!model.graph) return undefined;
  const graph = new Rewriting(model.graph, options.weights);
  graph.rewrite();
  if (!graph.changed) return undefined;
  graph.dropUnused();
  return encodeModel(model);
}

function subgraphs({ attribute: attributes }: NodeProto): GraphProto[] {
  return attributes.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...graphs]);
}

const attributeOf = (node: NodeProto, name: string): AttributeProto | undefined =>
  node.attribute.find((one) => one.name === name);

/** Rewrites one graph. It sees the values of the graphs around it. */
class Rewriting {
  changed = false;
  private readonly graph: GraphProto;
  private readonly outer: Rewriting | undefined;
  private readonly moveWeights: boolean;
  private readonly inner: Rewriting[] = [];
  private readonly weights: Map<string, TensorProto>;
  private readonly producers: Map<string, NodeProto>;
  private readonly readers = new Map<string, NodeProto[]>();
  private readonly declared = new Map<string, DataType>();
  /** Values that other graphs, around this one or inside it, may read. */
  private readonly shared: Set<string>;
  /** The uint8 twin of each int8 value that has one. */
  private readonly twins = new Map<string, string>();
  /** int8 results whose node now gives uint8. */
  private readonly raised = new Set<string>();
  private readonly zeroPoints = new Map<string, string>();
  private nodes: NodeProto[] = [];
  private count = 0;

  constructor(graph: GraphProto, moveWeights: boolean, outer?: Rewriting) {
    this.graph = graph;
    this.moveWeights = moveWeights;
    this.outer = outer;
    this.weights = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
    this.producers = new Map(graph.node.flatMap((node) => node.output.map((value) => [value, node])));
    for (const { name, type } of [...graph.input, ...graph.valueInfo, ...graph.output])
      if (type?.value.case === 'tensorType') this.declared.set(name, type.value.value.elemType);
    for (const node of graph.node) {
      for (const value of node.input) {
        const known = this.readers.get(value);
        if (known) known.push(node);
        else this.readers.set(value, [node]);
      }
    }
    this.shared = new Set(graph.output.map(({ name }) => name));
    for (const node of graph.node) for (const part of subgraphs(node)) addRead(part, this.shared);
  }

  rewrite(): void {
    for (const node of this.graph.node) {
      for (const graph of subgraphs(node)) this.enter(graph);
      const product = PRODUCTS.get(operator(node));
      if (product) this.product(node, product);
      else if (isLinear(node, DEQUANTIZE)) this.dequantized(node);
      else if (isLinear(node, QUANTIZE)) this.quantized(node);
      this.nodes.push(node);
    }
    this.graph.node = this.nodes;
  }

  /** Removes unused weights, whose twins are read instead. */
  dropUnused(): void {
    const used = new Set(this.graph.output.map(({ name }) => name));
    addRead(this.graph, used);
    const unused = (name: string) => this.twins.has(name) && !used.has(name);
    this.graph.initializer = this.graph.initializer.filter(({ name }) => !unused(name));
    // Old exporters declare weights as inputs too.
    this.graph.input = this.graph.input.filter(({ name }) => !unused(name));
    for (const inner of this.inner) inner.dropUnused();
  }

  private enter(graph: GraphProto): void {
    const inner = new Rewriting(graph, this.moveWeights, this);
    this.inner.push(inner);
    inner.rewrite();
    this.changed ||= inner.changed;
  }

  private product(node: NodeProto, { first, second }: Product): void {
    if (!this.moveWeights) return;
    // int8 x int8 is already exact, and few operators take int8 x uint8.
    if (first) {
      const type = this.typeOf(node.input[first.zeroPoint]) ?? this.typeOf(node.input[first.value]);
      if (type !== DataType.UINT8) return;
    }
    if (!second.every(({ value }) => this.typeOf(node.input[value]) === DataType.INT8)) return;
    for (const { value, zeroPoint } of second) {
      this.put(node, value, this.unsigned(node.input[value]!));
      const given = node.input[zeroPoint];
      this.put(node, zeroPoint, given ? this.unsigned(given) : this.zeroPoint([], DataType.UINT8));
    }
  }

  /** ONNX Runtime fuses DequantizeLinear and a float product into an integer product. */
  private dequantized(node: NodeProto): void {
    const [value = ''] = node.input;
    if (this.raised.has(value)) {
      this.raiseZeroPoint(node);
      return;
    }
    const readers = this.readers.get(node.output[0] ?? '') ?? [];
    // Gather only looks numbers up, as in a table of embeddings.
    if (readers.length > 0 && readers.every(({ opType }) => opType === 'Gather')) return;
    if (this.typeOf(value) !== DataType.INT8 || !this.isConstant(value)) return;
    // ONNX Runtime fuses a sum of quantised values only when all have one type.
    if (this.moveWeights || !readers.every(({ opType }) => MULTIPLYING.has(opType))) {
      this.put(node, 0, this.unsigned(value));
      this.raiseZeroPoint(node);
    } else if (!node.input[ZERO_POINT]) {
      // ONNX Runtime fuses some products only when the model states the zero point.
      this.put(node, ZERO_POINT, this.zeroPointLike(node.input[SCALE]!, DataType.INT8));
    }
  }

  /** A value that is quantised and dequantised again may be a second factor too. */
  private quantized(node: NodeProto): void {
    const [value = ''] = node.output;
    const readers = this.readers.get(value) ?? [];
    const onlyDequantized = readers.every(
      (reader) =>
        isLinear(reader, DEQUANTIZE) && reader.input.indexOf(value) === reader.input.lastIndexOf(value),
    );
    if (!onlyDequantized || this.shared.has(value) || this.typeOf(value) !== DataType.INT8) return;
    this.raised.add(value);
    this.raiseZeroPoint(node);
    node.attribute = node.attribute.filter(({ name }) => name !== 'output_dtype');
    this.graph.valueInfo = this.graph.valueInfo.filter(({ name }) => name !== value);
  }

  private raiseZeroPoint(node: NodeProto): void {
    const given = node.input[ZERO_POINT];
    this.put(
      node,
      ZERO_POINT,
      given ? this.unsigned(given) : this.zeroPointLike(node.input[SCALE]!, DataType.UINT8),
    );
  }

  private put(node: NodeProto, index: number, value: string): void {
    while (node.input.length < index) node.input.push('');
    node.input[index] = value;
    this.changed = true;
  }

  /** The same value plus 128, as uint8. */
  private unsigned(value: string): string {
    const owner = this.ownerOf(value);
    const weight = owner?.weights.get(value);
    const inside = weight && weight.dataLocation !== DataLocation.EXTERNAL;
    return inside ? owner!.raisedWeight(weight) : this.raisedByNodes(value);
  }

  private raisedWeight(weight: TensorProto): string {
    const known = this.twins.get(weight.name);
    if (known !== undefined) return known;
    const stored =
      weight.int32Data.length > 0
        ? Uint8Array.from(weight.int32Data, (number) => number & 0xff)
        : weight.rawData;
    const rawData = new Uint8Array(stored);
    // In two's complement, adding 128 flips the sign bit. Weights are large, so flip four numbers at a time.
    const words = new Uint32Array(rawData.buffer, 0, rawData.length >> 2);
    for (let i = 0; i < words.length; i++) words[i]! ^= 0x80808080;
    for (let i = words.length * 4; i < rawData.length; i++) rawData[i]! ^= 0x80;
    const name = this.fresh();
    this.add({ name, dataType: DataType.UINT8, dims: weight.dims, rawData });
    this.twins.set(weight.name, name);
    return name;
  }

  /** Adds 128 by nodes, for weights in other files and for computed values. ONNX Runtime runs the nodes of constants at load time. */
  private raisedByNodes(value: string): string {
    const known = this.twins.get(value);
    if (known !== undefined) return known;
    const [wide, moved, name] = [this.fresh(), this.fresh(), this.fresh()];
    const offset = this.fresh();
    this.add({
      name: offset,
      dataType: DataType.INT32,
      dims: [],
      rawData: bytesOf(Int32Array.of(ZERO[DataType.UINT8])),
    });
    this.nodes.push(
      made('Cast', [value], wide, [attribute('to', DataType.INT32)]),
      made('Add', [wide, offset], moved),
      made('Cast', [moved], name, [attribute('to', DataType.UINT8)]),
    );
    this.twins.set(value, name);
    return name;
  }

  /** The zero point to add to a model without one. There, the int8 value 0 means 0. */
  private zeroPoint(dims: readonly bigint[], dataType: Eight): string {
    const key = `${dataType} ${dims}`;
    const known = this.zeroPoints.get(key);
    if (known !== undefined) return known;
    const name = this.fresh();
    const rawData = new Uint8Array(elementCount(dims.map(Number))).fill(ZERO[dataType]);
    this.add({ name, dataType, dims: [...dims], rawData });
    this.zeroPoints.set(key, name);
    return name;
  }

  /** A zero point with the shape of a scale, as the operators require. */
  private zeroPointLike(scale: string, dataType: Eight): string {
    const weight = this.ownerOf(scale)?.weights.get(scale);
    const count = elementCount(weight?.dims.map(Number) ?? []);
    // A damaged model may claim any shape.
    if (weight && count >= 0 && count <= MOST_SCALES) return this.zeroPoint(weight.dims, dataType);
    const [shape, name] = [this.fresh(), this.fresh()];
    const t = create(TensorProtoSchema, { dataType, dims: [1n], rawData: Uint8Array.of(ZERO[dataType]) });
    const value = create(AttributeProtoSchema, { name: 'value', type: AttributeType.TENSOR, t });
    this.nodes.push(made('Shape', [scale], shape), made('ConstantOfShape', [shape], name, [value]));
    return name;
  }

  private add(fields: MessageInitShape<typeof TensorProtoSchema> & { readonly name: string }): void {
    const tensor = create(TensorProtoSchema, fields);
    this.graph.initializer.push(tensor);
    this.weights.set(fields.name, tensor);
  }

  private fresh(): string {
    const root = this.root();
    root.count += 1;
    return `patchbay/unsigned/${root.count}`;
  }

  private root(): Rewriting {
    return this.outer?.root() ?? this;
  }

  /** The graph that declares, computes or stores a value. */
  private ownerOf(value: string | undefined): Rewriting | undefined {
    if (!value) return undefined;
    const own = this.weights.has(value) || this.producers.has(value) || this.declared.has(value);
    return own ? this : this.outer?.ownerOf(value);
  }

  private typeOf(value: string | undefined): DataType | undefined {
    let [at, graph] = [value, this.ownerOf(value)];
    for (let step = 0; at && graph && step < MOST_STEPS; step++) {
      const known = graph.weights.get(at)?.dataType ?? (graph.raised.has(at) ? DataType.UINT8 : undefined);
      const type = known ?? graph.declared.get(at);
      if (type !== undefined) return type;
      const node = graph.producers.get(at);
      const next = node && typeOfResult(node);
      if (typeof next !== 'object') return next;
      [at, graph] = [next.sameAs, graph.ownerOf(next.sameAs)];
    }
    return undefined;
  }

  /** Whether a value is a weight, or a rearranged one. */
  private isConstant(value: string): boolean {
    let [at, graph]: [string | undefined, Rewriting | undefined] = [value, this.ownerOf(value)];
    for (let step = 0; at && graph && step < MOST_STEPS; step++) {
      const node = graph.producers.get(at);
      if (graph.weights.has(at) || node?.opType === 'Constant') return true;
      if (!node || !SAME_NUMBERS.has(node.opType)) return false;
      [at, graph] = [node.input[0], graph.ownerOf(node.input[0])];
    }
    return false;
  }
}

/** The type of a node's first result, or another value of the same type. */
function typeOfResult(node: NodeProto): DataType | { readonly sameAs: string | undefined } | undefined {
  const { opType, input } = node;
  if (isLinear(node, QUANTIZE)) {
    const stated = Number(attributeOf(node, 'output_dtype')?.i ?? 0);
    return input[ZERO_POINT] ? { sameAs: input[ZERO_POINT] } : stated || DataType.UINT8;
  }
  if (opType === 'DynamicQuantizeLinear') return DataType.UINT8;
  if (opType === 'Cast') return Number(attributeOf(node, 'to')?.i ?? 0);
  if (opType === 'Constant') return attributeOf(node, 'value')?.t?.dataType;
  // Input 7 is the zero point of the result. The other QLinear operators keep the type of their first input.
  if (opType === 'QLinearMatMul' || opType === 'QLinearConv') return { sameAs: input[7] };
  if (opType === 'QLinearConcat') return { sameAs: input[1] };
  return opType.startsWith('QLinear') || SAME_TYPE.has(opType) ? { sameAs: input[0] } : undefined;
}

/** Adds every value that a graph, or a graph inside it, reads. */
function addRead(graph: GraphProto, read: Set<string>): void {
  for (const node of graph.node) {
    for (const value of node.input) read.add(value);
    for (const part of subgraphs(node)) addRead(part, read);
  }
  for (const { name } of graph.output) read.add(name);
}

function made(opType: string, input: string[], output: string, attributes: AttributeProto[] = []): NodeProto {
  return create(NodeProtoSchema, { opType, input, output: [output], name: output, attribute: attributes });
}
