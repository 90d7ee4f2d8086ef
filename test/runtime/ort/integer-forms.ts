import { create } from '@bufbuild/protobuf';
import type { HostTensor } from '../../../nodes/sdk/index.ts';
import { buildGraphProto, type GraphBuilder } from '../../../server/runtime/onnx/graph-builder.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeType,
  DataType,
  encodeModel,
  type TensorProto,
  TensorProtoSchema,
} from '../../../server/runtime/onnx/proto.ts';

// Small models for every way in which ONNX Runtime multiplies 8-bit integers, with numbers of the full range and their
// results in float64. Scales are powers of two and rounding is to even, so there is one right result and not a range.

/** A model, its inputs, and the expected values of its output `y`. */
export interface IntegerForm {
  readonly name: string;
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, HostTensor>>;
  readonly expected: readonly number[];
  /** The largest allowed difference; 0 unless floats are added up on the way. */
  readonly tolerance: number;
}

const MICROSOFT = { domain: 'com.microsoft' };
const ROWS = 3;
const DEPTH = 64;
const COLUMNS = 5;
/** Results of products are below this. One step of an output byte is worth 2 ** 14. */
const OUTPUT_SCALE = 2 ** 14;

interface Ints {
  readonly dims: readonly number[];
  readonly numbers: readonly number[];
}

/** Pseudo-random numbers, mostly the largest possible ones; the same each time. */
function full(dims: readonly number[], signed: boolean): Ints {
  let seed = dims.reduce((sum, dim) => sum * 31 + dim, signed ? 7 : 3);
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  const numbers = Array.from({ length: dims.reduce((product, dim) => product * dim, 1) }, () => {
    const [kind, byte] = [random(), Math.floor(random() * 256)];
    if (!signed) return kind < 0.5 ? 255 : byte;
    if (kind < 0.4) return 127;
    return kind < 0.6 ? -128 : byte - 128;
  });
  return { dims, numbers };
}

/**
 * rows x depth times depth x columns, each minus its zero point. `zero` of the right side is one number or one for each
 * column.
 */
function product(a: Ints, aZero: number, b: Ints, bZero: readonly number[] | number): number[] {
  const [depth = 0, columns = 0] = b.dims.slice(-2);
  const zeros = typeof bZero === 'number' ? new Array<number>(columns).fill(bZero) : bZero;
  return Array.from({ length: (a.numbers.length / depth) * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++)
      sum += (a.numbers[row * depth + k]! - aZero) * (b.numbers[k * columns + column]! - zeros[column]!);
    return sum;
  });
}

interface Convolution {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly group: number;
  readonly pad: number;
}

function convolved(x: Ints, xZero: number, w: Ints, { group, pad }: Convolution): number[] {
  const [count = 0, channels = 0, height = 0, width = 0] = x.dims;
  const [made = 0, inGroup = 0, tall = 0, wide = 0] = w.dims;
  const out: number[] = [];
  for (let n = 0; n < count; n++)
    for (let m = 0; m < made; m++)
      for (let i = 0; i <= height + 2 * pad - tall; i++)
        for (let j = 0; j <= width + 2 * pad - wide; j++) {
          let sum = 0;
          for (let c = 0; c < inGroup; c++)
            for (let u = 0; u < tall; u++)
              for (let v = 0; v < wide; v++) {
                const [row, column] = [i + u - pad, j + v - pad];
                if (row < 0 || column < 0 || row >= height || column >= width) continue;
                const channel = Math.floor(m / (made / group)) * inGroup + c;
                const pixel = x.numbers[((n * channels + channel) * height + row) * width + column]!;
                sum += (pixel - xZero) * w.numbers[((m * inGroup + c) * tall + u) * wide + v]!;
              }
          out.push(sum);
        }
  return out;
}

function toEven(x: number): number {
  const rounded = Math.round(x);
  return x - Math.floor(x) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** One side of a product, as the model contains it. */
interface Side {
  readonly type: 'uint8' | 'int8';
  readonly least: number;
  /** The zero point of the input. */
  readonly zero: number;
  /** The zero point of the output. */
  readonly outZero: number;
}

const UNSIGNED: Side = { type: 'uint8', least: 0, zero: 3, outZero: 128 };
const SIGNED: Side = { type: 'int8', least: -128, zero: -3, outZero: 3 };
const SIDES = [UNSIGNED, SIGNED];

/** The byte for a sum of products. */
const quantized = (sum: number, { least, outZero }: Side) =>
  Math.min(least + 255, Math.max(least, toEven(sum / OUTPUT_SCALE) + outZero));

/**
 * Writes the nodes of a model. The graph builder has no int8, because int8 values never pass between Patchbay's nodes.
 */
interface Writer extends GraphBuilder {
  /** An int8 or uint8 weight. */
  byte(type: 'int8' | 'uint8', ints: Ints | number): string;
  floats(...numbers: number[]): string;
  scale(number: number): string;
}

interface Written {
  readonly opset?: number;
  /** What the graph builder cannot write: attributes that are tensors or graphs, by operator. */
  readonly attributes?: Readonly<Record<string, readonly AttributeProto[]>>;
}

function model(define: (g: Writer) => void, { opset = 17, attributes = {} }: Written = {}): Uint8Array {
  const weights: TensorProto[] = [];
  const graph = buildGraphProto((g) => {
    const values = (dims: readonly number[], numbers: readonly number[]) =>
      g.constant({ dtype: 'float32', dims, data: Float32Array.from(numbers) });
    define({
      opset,
      texts: g.texts.bind(g),
      reduce: g.reduce.bind(g),
      input: g.input.bind(g),
      constant: g.constant.bind(g),
      node: g.node.bind(g),
      output: g.output.bind(g),
      loop: g.loop.bind(g),
      byte(type, ints) {
        const name = `byte${weights.length}`;
        weights.push(byteTensor(name, type, typeof ints === 'number' ? { dims: [], numbers: [ints] } : ints));
        return name;
      },
      floats: (...numbers) => values([numbers.length], numbers),
      scale: (number) => values([], [number]),
    });
  });
  graph.initializer.push(...weights);
  for (const node of graph.node) node.attribute.push(...(attributes[node.opType] ?? []));
  return encodeModel({
    irVersion: 10n,
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      { domain: 'com.microsoft', version: 1n },
    ],
    graph,
  });
}

function byteTensor(name: string, type: 'int8' | 'uint8', { dims, numbers }: Ints): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: type === 'int8' ? DataType.INT8 : DataType.UINT8,
    dims: dims.map(BigInt),
    rawData: Uint8Array.from(numbers, (number) => number & 0xff),
  });
}

/** An input of bytes. int8 is passed as int32 and then cast. */
function bytesIn(g: GraphBuilder, name: string, { type }: Side): string {
  if (type === 'uint8') return g.input(name, 'uint8');
  return g.node('Cast', [g.input(name, 'int32')], { to: DataType.INT8 });
}

const fed = ({ dims, numbers }: Ints, { type }: Side): HostTensor =>
  type === 'uint8'
    ? { dtype: 'uint8', dims, data: Uint8Array.from(numbers) }
    : { dtype: 'int32', dims, data: Int32Array.from(numbers) };

const floatsOf = ({ dims, numbers }: Ints): HostTensor => ({
  dtype: 'float32',
  dims,
  data: Float32Array.from(numbers),
});

/** The output `y`. int8 is returned as int32. */
function bytesOut(g: GraphBuilder, value: string, { type }: Side): void {
  if (type === 'uint8') g.output('y', value, 'uint8');
  else g.output('y', g.node('Cast', [value], { to: DataType.INT32 }), 'int32');
}

const A = (side: Side) => full([ROWS, DEPTH], side.type === 'int8');
const B = full([DEPTH, COLUMNS], true);
const B_ZEROS = [1, -2, 0, 5, -7];
const CHANNEL_SCALES = [1, 2, 1, 0.5, 1];
const turned = (ints: Ints): Ints => {
  const [rows = 0, columns = 0] = ints.dims;
  return {
    dims: [columns, rows],
    numbers: ints.numbers.map((_, i) => ints.numbers[(i % rows) * columns + Math.floor(i / rows)]!),
  };
};

/** The zero points of a weight: none, one for all, or one for each column. */
const ZEROS = {
  'no zero point': { write: (): string => '', zero: 0 as number | readonly number[] },
  'one zero point': { write: (g: Writer) => g.byte('int8', 5), zero: 5 },
  'a zero point for each column': {
    write: (g: Writer) => g.byte('int8', { dims: [COLUMNS], numbers: B_ZEROS }),
    zero: B_ZEROS,
  },
};
type Zero = (typeof ZEROS)[keyof typeof ZEROS];
const zeroEntries = Object.entries(ZEROS) as [string, Zero][];

function form(
  name: string,
  parts: Omit<IntegerForm, 'name' | 'tolerance'> & { readonly tolerance?: number },
): IntegerForm {
  return { name, tolerance: 0, ...parts };
}

function matMulIntegers(side: Side): IntegerForm[] {
  const a = A(side);
  const of = (
    name: string,
    write: (g: Writer) => string,
    { zero = ZEROS['no zero point'], ...written }: Written & { readonly zero?: Zero } = {},
  ) =>
    form(`MatMulInteger of ${side.type} by int8, ${name}`, {
      model: model((g) => {
        const x = bytesIn(g, 'a', side);
        const zeros = [g.byte(side.type, side.zero), zero.write(g)];
        g.output('y', g.node('MatMulInteger', [x, write(g), ...zeros]), 'int32');
      }, written),
      feeds: { a: fed(a, side) },
      expected: product(a, side.zero, B, zero.zero),
    });
  const batch = [full([2, ROWS, DEPTH], side.type === 'int8'), full([2, DEPTH, COLUMNS], true)] as const;
  const half = (ints: Ints, i: number): Ints => {
    const size = ints.numbers.length / 2;
    return { dims: ints.dims.slice(1), numbers: ints.numbers.slice(i * size, (i + 1) * size) };
  };
  const largest: Ints = { dims: [1, DEPTH], numbers: new Array<number>(DEPTH).fill(side.least + 255) };
  const column: Ints = { dims: [DEPTH, 1], numbers: new Array<number>(DEPTH).fill(127) };
  return [
    ...zeroEntries.map(([name, zero]) => of(name, (g) => g.byte('int8', B), { zero })),
    of('the weight in a Constant node', (g) => g.node('Constant', []), {
      attributes: {
        Constant: [
          create(AttributeProtoSchema, {
            name: 'value',
            type: AttributeType.TENSOR,
            t: byteTensor('', 'int8', B),
          }),
        ],
      },
    }),
    of('the weight turned', (g) => g.node('Transpose', [g.byte('int8', turned(B))], { perm: [1, 0] })),
    form(`MatMulInteger of ${side.type} by int8, both fed`, {
      model: model((g) => {
        g.output('y', g.node('MatMulInteger', [bytesIn(g, 'a', side), bytesIn(g, 'b', SIGNED)]), 'int32');
      }),
      feeds: { a: fed(a, side), b: fed(B, SIGNED) },
      expected: product(a, 0, B, 0),
    }),
    form(`MatMulInteger of ${side.type} by int8, a batch`, {
      model: model((g) => {
        const x = bytesIn(g, 'a', side);
        g.output('y', g.node('MatMulInteger', [x, g.byte('int8', batch[1])]), 'int32');
      }),
      feeds: { a: fed(batch[0], side) },
      expected: [0, 1].flatMap((i) => product(half(batch[0], i), 0, half(batch[1], i), 0)),
    }),
    form(`MatMulInteger of 64 times ${side.least + 255} by 127`, {
      model: model((g) => {
        const x = bytesIn(g, 'a', side);
        g.output('y', g.node('MatMulInteger', [x, g.byte('int8', column)]), 'int32');
      }),
      feeds: { a: fed(largest, side) },
      expected: [DEPTH * (side.least + 255) * 127],
    }),
    inIf(side, 'the weight inside', true),
    inIf(side, 'the weight outside', false),
  ];
}

/** A product in both branches of an If. */
function inIf(side: Side, name: string, inside: boolean): IntegerForm {
  const branches = ['then_branch', 'else_branch'].map((key) => {
    const g = buildGraphProto((inner) => {
      inner.output('branch', inner.node('MatMulInteger', ['left', 'right']), 'int32');
    }, key);
    if (inside) g.initializer.push(byteTensor('right', 'int8', B));
    return create(AttributeProtoSchema, { name: key, type: AttributeType.GRAPH, g });
  });
  const a = A(side);
  return form(`MatMulInteger of ${side.type} by int8 in an If, ${name}`, {
    model: model(
      (g) => {
        g.node('Identity', [bytesIn(g, 'a', side)], {}, { outputs: ['left'] });
        if (!inside) g.node('Identity', [g.byte('int8', B)], {}, { outputs: ['right'] });
        g.output('y', g.node('If', [g.input('yes', 'bool')]), 'int32');
      },
      { attributes: { If: branches } },
    ),
    feeds: { a: fed(a, side), yes: { dtype: 'bool', dims: [], data: Uint8Array.of(1) } },
    expected: product(a, 0, B, 0),
  });
}

/** The operators that take and give bytes with scales. */
function linearProducts(side: Side): IntegerForm[] {
  const a = A(side);
  const write = (op: string, zero: Zero, opset: number) => {
    const scales = zero.zero === B_ZEROS ? CHANNEL_SCALES : undefined;
    const sums = product(a, side.zero, B, zero.zero).map((sum, i) => sum * (scales?.[i % COLUMNS] ?? 1));
    return form(
      `${op} of ${side.type} by int8, operator set ${opset}, ${scales ? 'by column' : 'one scale'}`,
      {
        model: model(
          (g) => {
            const left = [bytesIn(g, 'a', side), g.scale(1), g.byte(side.type, side.zero)];
            const right = [g.byte('int8', B), scales ? g.floats(...scales) : g.scale(1), zero.write(g)];
            const out = [g.scale(OUTPUT_SCALE), g.byte(side.type, side.outZero)];
            const inputs = op === 'QGemm' ? [...left, ...right, '', ...out] : [...left, ...right, ...out];
            bytesOut(g, g.node(op, inputs, {}, op === 'QGemm' ? MICROSOFT : {}), side);
          },
          { opset },
        ),
        feeds: { a: fed(a, side) },
        expected: sums.map((sum) => quantized(sum, side)),
      },
    );
  };
  return [ZEROS['one zero point'], ZEROS['a zero point for each column']].flatMap((zero) => [
    write('QLinearMatMul', zero, 17),
    write('QLinearMatMul', zero, 21),
    write('QGemm', zero, 17),
  ]);
}

/** The operators whose result is floats. */
function floatProducts(side: Side): IntegerForm[] {
  const a = A(side);
  return zeroEntries.flatMap(([name, zero]) => {
    const expected = product(a, side.zero, B, zero.zero);
    const scale = (g: Writer) =>
      zero.zero === B_ZEROS ? g.floats(...new Array<number>(COLUMNS).fill(1)) : g.scale(1);
    const forms = [
      form(`MatMulIntegerToFloat of ${side.type} by int8, ${name}`, {
        model: model((g) => {
          const inputs = [bytesIn(g, 'a', side), g.byte('int8', B), g.scale(1), scale(g)];
          const zeros = [g.byte(side.type, side.zero), zero.write(g)];
          g.output('y', g.node('MatMulIntegerToFloat', [...inputs, ...zeros], {}, MICROSOFT), 'float32');
        }),
        feeds: { a: fed(a, side) },
        expected,
      }),
    ];
    if (side.type === 'int8') return forms;
    // Contains both ends of the range, so that the operator computes the scale 1 and the zero point 3.
    const numbers = a.numbers.map((number, i) => (i < 2 ? i * 255 : number));
    const x = { dims: a.dims, numbers: numbers.map((number) => number - side.zero) };
    const sums = product({ dims: a.dims, numbers }, side.zero, B, zero.zero);
    const bias = [1, 2, 3, 4, 5];
    const chain = (g: Writer) => {
      const [q, s, z] = g.node('DynamicQuantizeLinear', [g.input('x', 'float32')], {}, { outputs: 3 });
      const product = g.node('MatMulInteger', [q!, g.byte('int8', B), z!, zero.write(g)]);
      const floats = g.node('Cast', [product], { to: DataType.FLOAT });
      return g.node('Mul', [floats, g.node('Mul', [s!, scale(g)])]);
    };
    return [
      ...forms,
      form(`DynamicQuantizeMatMul by int8, ${name}`, {
        model: model((g) => {
          const inputs = [
            g.input('x', 'float32'),
            g.byte('int8', B),
            scale(g),
            zero.write(g),
            g.floats(...bias),
          ];
          g.output('y', g.node('DynamicQuantizeMatMul', inputs, {}, MICROSOFT), 'float32');
        }),
        feeds: { x: floatsOf(x) },
        expected: sums.map((sum, i) => sum + bias[i % COLUMNS]!),
      }),
      form(`a dynamically quantised product by int8, ${name}`, {
        model: model((g) => g.output('y', chain(g), 'float32')),
        feeds: { x: floatsOf(x) },
        expected: sums,
      }),
    ];
  });
}

const CONVOLUTIONS: Readonly<Record<string, Convolution>> = {
  '3 x 3': { x: [1, 8, 6, 6], w: [16, 8, 3, 3], group: 1, pad: 1 },
  '1 x 1': { x: [2, 32, 4, 4], w: [16, 32, 1, 1], group: 1, pad: 0 },
  depthwise: { x: [1, 16, 7, 7], w: [16, 1, 3, 3], group: 16, pad: 1 },
  'in groups': { x: [1, 16, 6, 6], w: [16, 8, 3, 3], group: 2, pad: 1 },
  'of patches': { x: [1, 3, 8, 8], w: [24, 3, 8, 8], group: 1, pad: 0 },
};

function convolutions(side: Side): IntegerForm[] {
  return Object.entries(CONVOLUTIONS).flatMap(([name, shape]) => {
    const [x, w] = [full(shape.x, side.type === 'int8'), full(shape.w, true)];
    const sums = convolved(x, side.zero, w, shape);
    const channels = shape.w[0]!;
    const scales = Array.from({ length: channels }, (_, i) => CHANNEL_SCALES[i % CHANNEL_SCALES.length]!);
    const zeros = { dims: [channels], numbers: new Array<number>(channels).fill(0) };
    const bias = Array.from({ length: channels }, (_, i) => i * 100);
    const channelOf = (i: number) => Math.floor(i / (sums.length / channels / shape.x[0]!)) % channels;
    const expected = sums.map((sum, i) =>
      quantized((sum + bias[channelOf(i)]!) * scales[channelOf(i)]!, side),
    );
    const attributes = { group: shape.group, pads: new Array<number>(4).fill(shape.pad) };
    const biasOf = (g: Writer) =>
      g.constant({ dtype: 'int32', dims: [channels], data: Int32Array.from(bias) });
    const scaled = (g: Writer) => [g.byte('int8', w), g.floats(...scales), g.byte('int8', zeros)];
    const out = (g: Writer) => [g.scale(OUTPUT_SCALE), g.byte(side.type, side.outZero)];
    return [
      form(`ConvInteger ${name} of ${side.type} by int8`, {
        model: model((g) => {
          const inputs = [bytesIn(g, 'x', side), g.byte('int8', w), g.byte(side.type, side.zero)];
          g.output('y', g.node('ConvInteger', inputs, attributes), 'int32');
        }),
        feeds: { x: fed(x, side) },
        expected: sums,
      }),
      form(`QLinearConv ${name} of ${side.type} by int8`, {
        model: model((g) => {
          const left = [bytesIn(g, 'x', side), g.scale(1), g.byte(side.type, side.zero)];
          const inputs = [...left, ...scaled(g), ...out(g), biasOf(g)];
          bytesOut(g, g.node('QLinearConv', inputs, attributes), side);
        }),
        feeds: { x: fed(x, side) },
        expected,
      }),
      ...[13, 21].map((opset) =>
        form(`a Conv ${name} between quantised values of ${side.type}, operator set ${opset}`, {
          model: model(
            (g) => {
              const left = passed(g, g.input('x', 'float32'), [g.scale(1), g.byte(side.type, side.zero)]);
              const weight = g.node('DequantizeLinear', scaled(g), { axis: 0 });
              const added = g.node('DequantizeLinear', [biasOf(g), g.floats(...scales)], { axis: 0 });
              const y = g.node('Conv', [left, weight, added], attributes);
              g.output('y', passed(g, y, out(g)), 'float32');
            },
            { opset },
          ),
          feeds: { x: floatsOf({ dims: x.dims, numbers: x.numbers.map((number) => number - side.zero) }) },
          expected: expected.map((byte) => (byte - side.outZero) * OUTPUT_SCALE),
        }),
      ),
    ];
  });
}

/** Rounds a value to bytes and turns the bytes into floats again. */
function passed(g: GraphBuilder, value: string, by: readonly string[]): string {
  return g.node('DequantizeLinear', [g.node('QuantizeLinear', [value, ...by]), ...by]);
}

/** MatMul and Gemm of dequantised floats, which ONNX Runtime turns into products of bytes. */
function betweenQuantized(side: Side): IntegerForm[] {
  const a = A(side);
  const x = floatsOf({ dims: a.dims, numbers: a.numbers.map((number) => number - side.zero) });
  const sums = product(a, side.zero, B, 0);
  const bytes = sums.map((sum) => (quantized(sum, side) - side.outZero) * OUTPUT_SCALE);
  const ways = {
    'no zero point': (g: Writer) => g.node('DequantizeLinear', [g.byte('int8', B), g.scale(1)]),
    'one zero point': (g: Writer) =>
      g.node('DequantizeLinear', [g.byte('int8', B), g.scale(1), g.byte('int8', 0)]),
    'a zero point for each column': (g: Writer) => {
      const zeros = { dims: [COLUMNS], numbers: new Array<number>(COLUMNS).fill(0) };
      const scales = g.floats(...new Array<number>(COLUMNS).fill(1));
      return g.node('DequantizeLinear', [g.byte('int8', B), scales, g.byte('int8', zeros)], { axis: 1 });
    },
    'a weight quantised on the way': (g: Writer) => {
      const data = Float32Array.from(B.numbers);
      const weight = g.constant({ dtype: 'float32', dims: B.dims, data });
      return passed(g, weight, [g.scale(1), g.byte('int8', 0)]);
    },
  };
  const out = (g: Writer) => [g.scale(OUTPUT_SCALE), g.byte(side.type, side.outZero)];
  const left = (g: Writer) => passed(g, g.input('x', 'float32'), [g.scale(1), g.byte(side.type, side.zero)]);
  const title = `between quantised values of ${side.type}`;
  return [13, 17, 21].flatMap((opset) => [
    ...Object.entries(ways).flatMap(([name, weight]) =>
      ['MatMul', 'Gemm'].flatMap((op) => [
        form(`a ${op} ${title}, operator set ${opset}, ${name}`, {
          model: model((g) => g.output('y', passed(g, g.node(op, [left(g), weight(g)]), out(g)), 'float32'), {
            opset,
          }),
          feeds: { x },
          expected: bytes,
        }),
        form(`a ${op} ${title} that gives floats, operator set ${opset}, ${name}`, {
          model: model((g) => g.output('y', g.node(op, [left(g), weight(g)]), 'float32'), { opset }),
          feeds: { x },
          expected: sums,
        }),
      ]),
    ),
    form(`a weight used twice ${title}, operator set ${opset}`, {
      model: model(
        (g) => {
          const [one, two] = [left(g), ways['one zero point'](g)];
          const [first, second] = [0, 1].map(() => passed(g, g.node('MatMul', [one, two]), out(g)));
          g.output('y', g.node('Max', [first!, second!]), 'float32');
        },
        { opset },
      ),
      feeds: { x },
      expected: bytes,
    }),
    form(`a MatMul of two values ${title}, operator set ${opset}`, {
      model: model(
        (g) => {
          const by = [g.scale(1), g.byte('int8', 0)];
          const q = g.node('QuantizeLinear', [g.input('z', 'float32'), ...by]);
          const [right, again] = [0, 1].map(() => g.node('DequantizeLinear', [q, ...by]));
          g.output('again', again!, 'float32');
          g.output('y', passed(g, g.node('MatMul', [left(g), right!]), out(g)), 'float32');
        },
        { opset },
      ),
      feeds: { x, z: floatsOf(B) },
      expected: bytes,
    }),
  ]);
}

/** Attention of one token to itself. Its result is the value vector: x times the last third of the weight. */
function attention(): IntegerForm[] {
  const size = 64;
  const x = full([1, 1, size], false);
  const w = full([size, 3 * size], true);
  return [false, true].map((withZero) =>
    form(`QAttention by int8, ${withZero ? 'one zero point' : 'no zero point'}`, {
      model: model((g) => {
        const bias = g.floats(...new Array<number>(3 * size).fill(1));
        const scales = [g.scale(1), g.scale(1)];
        const zeros = [g.byte('uint8', UNSIGNED.zero), ...(withZero ? [g.byte('int8', 5)] : [])];
        const inputs = [
          g.input('x', 'uint8', [1, 1, size]),
          g.byte('int8', w),
          bias,
          ...scales,
          '',
          ...zeros,
        ];
        g.output('y', g.node('QAttention', inputs, { num_heads: 1 }, MICROSOFT), 'float32');
      }),
      feeds: { x: fed(x, UNSIGNED) },
      expected: product(x, UNSIGNED.zero, w, withZero ? 5 : 0)
        .slice(2 * size)
        .map((sum) => sum + 1),
    }),
  );
}

/** One step of an LSTM. The input and the state before both have a range of 255, so that their scales are 1. */
function lstm(): IntegerForm[] {
  const [wide, hidden] = [64, 8];
  const ranged = (size: number): Ints => ({
    dims: [1, size],
    numbers: full([1, size], false).numbers.map((number, i) => (i < 2 ? i * 255 : number)),
  });
  const [x, h] = [ranged(wide), ranged(hidden)];
  const [w, r] = [full([wide, 4 * hidden], true), full([hidden, 4 * hidden], true)];
  const scale = 2 ** -20;
  const gates = product(x, UNSIGNED.zero, w, 0).map(
    (sum, i) => (sum + product(h, UNSIGNED.zero, r, 0)[i]!) * scale,
  );
  const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
  const gate = (which: number, unit: number) => gates[which * hidden + unit]!;
  const expected = Array.from({ length: hidden }, (_, i) => {
    const cell = sigmoid(gate(0, i)) * Math.tanh(gate(3, i));
    return sigmoid(gate(1, i)) * Math.tanh(cell);
  });
  const floats = (ints: Ints, dims: number[]): HostTensor =>
    floatsOf({ dims, numbers: ints.numbers.map((number) => number - UNSIGNED.zero) });
  return [
    form('DynamicQuantizeLSTM by int8', {
      model: model((g) => {
        const weights = [w, r].map((ints) => g.byte('int8', { ...ints, dims: [1, ...ints.dims] }));
        const state = [g.input('h', 'float32', [1, 1, hidden]), '', ''];
        const zeros = [0, 1].flatMap(() => [g.floats(scale), g.byte('int8', { dims: [1], numbers: [0] })]);
        const inputs = [g.input('x', 'float32', [1, 1, wide]), ...weights, '', '', ...state, ...zeros];
        const options = { ...MICROSOFT, outputs: 1 };
        const [y] = g.node('DynamicQuantizeLSTM', inputs, { hidden_size: hidden }, options);
        g.output('y', y!, 'float32');
      }),
      feeds: { x: floats(x, [1, 1, wide]), h: floats(h, [1, 1, hidden]) },
      expected,
      tolerance: 1e-6,
    }),
  ];
}

/** An 8-bit weight in blocks, multiplied by floats that are rounded to bytes on the way. */
function blocks(): IntegerForm[] {
  const [depth, columns, block] = [64, 8, 32];
  const w = full([columns, depth], false);
  const data = Float32Array.from({ length: ROWS * depth }, (_, i) => (i % 3 === 0 ? -1 : 1));
  const expected = Array.from({ length: ROWS * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += data[row * depth + k]! * (w.numbers[column * depth + k]! - 128);
    return sum;
  });
  return [0, 4].map((level) =>
    form(`MatMulNBits of 8 bits, accuracy level ${level}`, {
      model: model((g) => {
        const weight = { dims: [columns, depth / block, block], numbers: w.numbers };
        const scales = g.floats(...new Array<number>((columns * depth) / block).fill(1));
        const inputs = [g.input('x', 'float32', [ROWS, depth]), g.byte('uint8', weight), scales];
        const attributes = { K: depth, N: columns, bits: 8, block_size: block, accuracy_level: level };
        g.output('y', g.node('MatMulNBits', inputs, attributes, MICROSOFT), 'float32');
      }),
      feeds: { x: { dtype: 'float32', dims: [ROWS, depth], data } },
      expected,
      tolerance: 0.02,
    }),
  );
}

/** All forms. */
export const integerForms: readonly IntegerForm[] = [
  ...SIDES.flatMap((side) => [
    ...matMulIntegers(side),
    ...linearProducts(side),
    ...floatProducts(side),
    ...convolutions(side),
    ...betweenQuantized(side),
  ]),
  ...attention(),
  ...lstm(),
  ...blocks(),
];
