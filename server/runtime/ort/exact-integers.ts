import { readRegularSync } from '../files/regular-file.ts';
import { buildGraph, type GraphBuilder } from '../onnx/graph-builder.ts';
import { inspectModel, inspectModelFile } from '../onnx/inspect.ts';
import { DataType } from '../onnx/proto.ts';
import { multipliesIntegers, withUnsignedFactors } from '../onnx/unsigned-factors.ts';
import { createOrtSession, hostOrtTensor, type OrtSessionOptions } from './ort.ts';

/** A model for ONNX Runtime to load. */
export interface Loadable {
  /** A model's file, or its bytes. */
  readonly from: string | Uint8Array;
  readonly extra?: OrtSessionOptions['extra'];
}

/**
 * Returns the model in a form whose integer products ONNX Runtime computes exactly on this processor: as given, or rewritten. Only
 * a model with such products is read into memory.
 * @throws PatchbayError `model.invalid` when the bytes are not an ONNX model.
 */
export async function withExactIntegers(model: string | Uint8Array, name?: string): Promise<Loadable> {
  const isFile = typeof model === 'string';
  const { nodes } = isFile ? inspectModelFile(model) : inspectModel(model, name);
  if (!multipliesIntegers(nodes())) return { from: model };
  const bytes = isFile ? readRegularSync(model) : model;
  const weights = await productsSaturate();
  return {
    from: withUnsignedFactors(bytes, { weights, name: isFile ? model : name }) ?? model,
    // On ARM, KleidiAI's DynamicQuantizeMatMul rounds each row by its own range; all other kernels use the range of the whole input.
    extra: { mlas: { disable_kleidiai: '1' } },
  };
}

let tried: Promise<boolean> | undefined;

/**
 * Whether this processor saturates sums of uint8 x int8 products at 16 bits. Tried once, with ONNX Runtime's own
 * kernels.
 */
export function productsSaturate(): Promise<boolean> {
  tried ??= tryProducts();
  return tried;
}

const DEPTH = 64;
const WIDTH = 16;
/** The numbers of rows to try: ONNX Runtime uses different kernels for one row and for several. */
const ROWS = [1, 4];
const FULL = 255 * 127;
const CONV = { dims: [1, WIDTH, 3, 3], scale: 2 ** 15 };

async function tryProducts(): Promise<boolean> {
  const session = await createOrtSession(buildGraph(products), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
  });
  try {
    const full = (dims: number[]) => {
      const size = dims.reduce((product, dim) => product * dim, 1);
      return hostOrtTensor('uint8', new Uint8Array(size).fill(255), dims);
    };
    const matrices = ROWS.map((rows) => [`a${rows}`, full([rows, DEPTH])] as const);
    const results = await session.run({ ...Object.fromEntries(matrices), x: full(CONV.dims) });
    const exact = (name: string, expected: number) =>
      Array.from(results[name]!.data as ArrayLike<number>).every((number) => number === expected);
    const matrix = ROWS.every((rows) => exact(`y${rows}`, DEPTH * FULL));
    return !matrix || !exact('z', Math.round((WIDTH * 9 * FULL) / CONV.scale));
  } finally {
    await session.release();
  }
}

/** Builds products of the largest numbers: of matrices, and in a convolution, which has its own kernels. */
function products(g: GraphBuilder): void {
  // The graph builder has no int8 constants, because nodes do not exchange int8. ONNX Runtime casts this one while it loads the graph.
  const int8 = (value: number, dims: number[]) => {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const data = new Int32Array(size).fill(value);
    return g.node('Cast', [g.constant({ dtype: 'int32', dims, data })], { to: DataType.INT8 });
  };
  const scale = (value: number) => g.constant({ dtype: 'float32', dims: [], data: Float32Array.of(value) });
  const zero = g.constant({ dtype: 'uint8', dims: [], data: Uint8Array.of(0) });
  const weight = int8(127, [DEPTH, WIDTH]);
  for (const rows of ROWS) {
    const a = g.input(`a${rows}`, 'uint8', [rows, DEPTH]);
    g.output(`y${rows}`, g.node('MatMulInteger', [a, weight]), 'int32');
  }
  const x = g.input('x', 'uint8', CONV.dims);
  const kernel = [int8(127, [WIDTH, ...CONV.dims.slice(1)]), scale(1), int8(0, [])];
  const z = g.node('QLinearConv', [x, scale(1), zero, ...kernel, scale(CONV.scale), zero]);
  g.output('z', z, 'uint8');
}
