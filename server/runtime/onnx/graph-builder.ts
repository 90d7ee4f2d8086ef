import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { DType, HostTensor } from '../../../nodes/sdk/index.ts';
import { bytesOf } from './elements.ts';
import { type TensorShapeProto_DimensionSchema, TensorShapeProtoSchema } from './onnx_pb.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeType,
  DataType,
  encodeModel,
  type GraphProto,
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './proto.ts';
import { ONNX_TYPE, tensorProto } from './tensors.ts';

/** The version of the ONNX operator set that graphs built in code use. */
export const OPSET = 18;
/** The file format version of that operator set (ONNX 1.13). */
const IR_VERSION = 8n;

/** An attribute: a float written as `float(x)`, an integer, a string, or a list of integers or strings. */
export type Attribute = number | string | readonly number[] | readonly string[] | FloatAttribute;

/** Marks a float attribute whose values may be whole numbers. */
export interface FloatAttribute {
  readonly float: number | readonly number[];
}

/** A float attribute: ONNX distinguishes 1 from 1.0. */
export function float(value: number | readonly number[]): FloatAttribute {
  return { float: value };
}

/** Operators that make one number of many. */
export type Reduction = 'ReduceSum' | 'ReduceMax' | 'ReduceMean';

/** Sizes: numbers, or names of sizes that are known only in a run. */
export type Dims = readonly (number | string)[];

/** Writes a graph node by node. The methods return the names of values. */
export interface GraphBuilder {
  /** The version of the operator set that the graph is for. */
  readonly opset: number;
  /** Without `dims` the rank is open. */
  input(name: string, dtype: DType, dims?: Dims): string;
  /** Numbers stored in the graph. They are copied only when the graph is serialised; equal small constants are stored once. */
  constant(data: HostTensor): string;
  /** A list of texts stored in the graph. */
  texts(values: readonly string[]): string;
  /** A node with one output. An empty input name omits an optional input. Whole numbers are integer attributes; see {@link float}. */
  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Attribute>>,
    options?: { readonly domain?: string },
  ): string;
  /** A node with several outputs: their count, or their names. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> | undefined,
    options: { readonly outputs: number | readonly string[]; readonly domain?: string },
  ): string[];
  /** A reduction over some axes; operator sets disagree about whether axes are an attribute or an input. */
  reduce(op: Reduction, x: string, axes: readonly number[], keepdims: 0 | 1): string;
  output(name: string, value: string, dtype: DType | 'string', dims?: Dims): void;
  /**
   * Repeats `body` `count` times (an int64 scalar) with ONNX's Loop. The body may use all values of this graph. It gets the number of
   * rounds before it and the states, all float32, and returns the next states and the values that it collects. Returns the last
   * states, and each collected value stacked over all rounds.
   */
  loop(
    count: string,
    states: readonly string[],
    body: (
      graph: GraphBuilder,
      round: string,
      states: readonly string[],
    ) => { readonly states: readonly string[]; readonly collected: readonly string[] },
  ): { readonly states: readonly string[]; readonly collected: readonly string[] };
}

/** Builds an attribute of a node. */
export function attribute(name: string, value: Attribute): AttributeProto {
  const text = new TextEncoder();
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: text.encode(value) });
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) })
      : create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value });
  if ('float' in value)
    return typeof value.float === 'number'
      ? create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float })
      : create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...value.float] });
  if (value.every((part) => typeof part === 'string'))
    return create(AttributeProtoSchema, {
      name,
      type: AttributeType.STRINGS,
      strings: value.map((part) => text.encode(part)),
    });
  const numbers = value as readonly number[];
  return numbers.every(Number.isInteger)
    ? create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: numbers.map(BigInt) })
    : create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...numbers] });
}

function dimension(dim: number | string): MessageInitShape<typeof TensorShapeProto_DimensionSchema> {
  return {
    value:
      typeof dim === 'number' ? { case: 'dimValue', value: BigInt(dim) } : { case: 'dimParam', value: dim },
  };
}

/** The declaration of an input or output. */
export function valueInfo(name: string, dtype: DType | 'string', dims?: Dims): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: dtype === 'string' ? DataType.STRING : ONNX_TYPE[dtype],
          shape: dims && create(TensorShapeProtoSchema, { dim: dims.map(dimension) }),
        },
      },
    },
  });
}

const STORED_ONCE_BYTES = 64;

class Builder implements GraphBuilder {
  readonly graph: GraphProto;
  readonly domains: Set<string>;
  readonly opset: number;
  private readonly prefix: string;
  private readonly small = new Map<string, string>();
  private count = 0;

  constructor(prefix: string, opset: number, domains = new Set<string>()) {
    this.prefix = prefix;
    this.opset = opset;
    this.domains = domains;
    this.graph = create(GraphProtoSchema, { name: 'patchbay' });
  }

  input(name: string, dtype: DType, dims?: Dims): string {
    this.graph.input.push(valueInfo(name, dtype, dims));
    return name;
  }

  constant(data: HostTensor): string {
    const key =
      data.data.byteLength <= STORED_ONCE_BYTES
        ? `${data.dtype}|${data.dims}|${bytesOf(data.data)}`
        : undefined;
    const known = key === undefined ? undefined : this.small.get(key);
    if (known !== undefined) return known;
    const name = this.fresh('constant');
    this.graph.initializer.push(tensorProto(name, data));
    if (key !== undefined) this.small.set(key, name);
    return name;
  }

  texts(values: readonly string[]): string {
    const name = this.fresh('texts');
    const text = new TextEncoder();
    this.graph.initializer.push(
      create(TensorProtoSchema, {
        name,
        dataType: DataType.STRING,
        dims: [BigInt(values.length)],
        stringData: values.map((value) => text.encode(value)),
      }),
    );
    return name;
  }

  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Attribute>>,
    options?: { readonly domain?: string },
  ): string;
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> | undefined,
    options: { readonly outputs: number | readonly string[]; readonly domain?: string },
  ): string[];
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    options: { readonly outputs?: number | readonly string[]; readonly domain?: string } = {},
  ): string | string[] {
    const { outputs = 1, domain = '' } = options;
    const names =
      typeof outputs === 'number'
        ? Array.from({ length: outputs }, () => this.fresh(op.toLowerCase()))
        : [...outputs];
    this.domains.add(domain);
    this.graph.node.push(
      create(NodeProtoSchema, {
        name: this.fresh(`${op.toLowerCase()}_node`),
        opType: op,
        domain,
        input: [...inputs],
        output: names,
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
    return options.outputs === undefined ? names[0]! : names;
  }

  reduce(op: Reduction, x: string, axes: readonly number[], keepdims: 0 | 1): string {
    const asInput = op === 'ReduceSum' ? 13 : 18;
    if (this.opset < asInput) return this.node(op, [x], { axes, keepdims });
    const over = BigInt64Array.from(axes, BigInt);
    return this.node(op, [x, this.constant({ dtype: 'int64', dims: [axes.length], data: over })], {
      keepdims,
    });
  }

  output(name: string, value: string, dtype: DType | 'string', dims?: Dims): void {
    // Wrapped in an Identity, because an output must come from a node, and one value may be an output under two names.
    this.graph.node.push(create(NodeProtoSchema, { opType: 'Identity', input: [value], output: [name] }));
    this.graph.output.push(valueInfo(name, dtype, dims));
  }

  loop(
    count: string,
    states: readonly string[],
    body: Parameters<GraphBuilder['loop']>[2],
  ): { readonly states: readonly string[]; readonly collected: readonly string[] } {
    // Names inside a body must differ from all names around it.
    const inner = new Builder(`${this.fresh('body')}_`, this.opset, this.domains);
    const [round, go] = [inner.fresh('round'), inner.fresh('go')];
    inner.input(round, 'int64', []);
    inner.input(go, 'bool', []);
    const given = states.map(() => inner.input(inner.fresh('state'), 'float32'));
    const next = body(inner, round, given);
    inner.output(inner.fresh('continue'), go, 'bool', []);
    for (const value of [...next.states, ...next.collected])
      inner.output(inner.fresh('next'), value, 'float32');
    this.domains.add('');
    const outputs = [...next.states, ...next.collected].map(() => this.fresh('loop'));
    this.graph.node.push(
      create(NodeProtoSchema, {
        name: this.fresh('loop_node'),
        opType: 'Loop',
        input: [count, '', ...states],
        output: outputs,
        attribute: [
          create(AttributeProtoSchema, { name: 'body', type: AttributeType.GRAPH, g: inner.graph }),
        ],
      }),
    );
    return { states: outputs.slice(0, states.length), collected: outputs.slice(states.length) };
  }

  private fresh(stem: string): string {
    this.count += 1;
    return `${this.prefix}${stem}_${this.count}`;
  }
}

/** Builds only the graph, for an addition to a model. Generated names start with `prefix`. */
export function buildGraphProto(
  define: (graph: GraphBuilder) => void,
  prefix = '',
  opset = OPSET,
): GraphProto {
  const builder = new Builder(prefix, opset);
  define(builder);
  return builder.graph;
}

/** Builds a model in code and serialises it. */
export function buildGraph(
  define: (graph: GraphBuilder) => void,
  options: { readonly opset?: number } = {},
): Uint8Array<ArrayBuffer> {
  const { opset = OPSET } = options;
  const builder = new Builder('', opset);
  define(builder);
  builder.domains.delete('');
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'patchbay',
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      ...[...builder.domains].map((domain) => ({ domain, version: 1n })),
    ],
    graph: builder.graph,
  });
}
