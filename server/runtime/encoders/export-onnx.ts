import {
  asMessage,
  type HostTensor,
  type Message,
  noImageTower,
  type OnnxAnswer,
  type OnnxExport,
  PatchbayError,
  type PreprocessSpec,
  type TensorHandle,
} from '../../../nodes/sdk/index.ts';
import { exportMessage } from '../../contract/messages/export.ts';
import { modelMessage } from '../../contract/messages/models.ts';
import { familyNamed } from '../models/families.ts';
import type { ImageTower, ModelEntry, Tower, TowerValue } from '../models/model-entry.ts';
import { inspectSource } from '../models/structure/tower-facts.ts';
import { nodeWithNumbers, withNumbers } from '../onnx/external-data.ts';
import { partOf } from '../onnx/extract.ts';
import { buildGraphProto, type GraphBuilder } from '../onnx/graph-builder.ts';
import type { ModelInspection } from '../onnx/inspect.ts';
import { DataType, type GraphProto, metadataProps, type TensorProto } from '../onnx/proto.ts';
import { tensorProto } from '../onnx/tensors.ts';
import { modelPieces } from '../onnx/write-model.ts';
import { cosines, probabilities, unitVectors } from '../ops/graphs.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { prepared } from '../preprocess/any-size.ts';
import { double, ints } from '../preprocess/stage-graph.ts';
import { oneVector } from './conversions.ts';
import { ImageTowerRunner } from './image-tower.ts';
import { steadyFeeds, textOutline, textTowerOf, tokenizerOf } from './text-tower.ts';
import { integerTensor, otherFeeds, type TowerOutline } from './tower-session.ts';

/** The oldest operator set that can hold the nodes around an encoder. */
const LEAST_OPSET = 11;
/** The oldest file format that declares no weight as an input. */
const LEAST_IR = 4n;
/** Names before and after the encoder begin with this, so that they differ from all names of the encoder. */
const PREFIX = 'patchbay/';

const refuse = (message: Message) => new PatchbayError(message);

/** Everything that the answer needs, on the host. */
type HostAnswer =
  | { readonly kind: 'vector' }
  | (Omit<Extract<OnnxAnswer, { kind: 'categories' }>, 'weights' | 'bias'> & {
      readonly weights: HostTensor<'float32'>;
      readonly bias: HostTensor<'float32'>;
    })
  | (Omit<Extract<OnnxAnswer, { kind: 'matches' }>, 'gallery'> & { readonly gallery: HostTensor<'float32'> });

async function onHost(answer: OnnxAnswer): Promise<HostAnswer> {
  switch (answer.kind) {
    case 'vector':
      return answer;
    case 'categories': {
      const [weights, bias] = await Promise.all([answer.weights.toHost(), answer.bias.toHost()]);
      return { ...answer, weights, bias };
    }
    case 'matches':
      return { ...answer, gallery: await answer.gallery.toHost() };
  }
}

/** The part of a file before its vectors: an encoder, and what turns the input of the file into the inputs of the encoder. */
interface Entrance {
  readonly tower: Tower;
  readonly outline: TowerOutline;
  /** Writes nodes that give {@link fills}. */
  define(g: GraphBuilder): void;
  /** The inputs of the encoder that depend on the input of the file. */
  readonly fills: readonly string[];
  /** Values for all others. */
  others(): Record<string, TensorHandle>;
}

/**
 * A model that prepares a picture of any size or the ids of a text, encodes it and answers about it, in pieces; see {@link OnnxExport}.
 * The encoder's own nodes and weights are copied as they are, and only those that the vector needs.
 * @throws PatchbayError `export.*` for what cannot be in one graph
 */
export async function exportOnnx(
  pool: SessionPool,
  entry: ModelEntry,
  hash: string,
  job: OnnxExport,
): Promise<AsyncIterable<Uint8Array>> {
  const { weight, unit = false, answer, metadata } = job;
  const source = (job.takes === 'text' ? textTowerOf(entry) : imageTowerOf(entry)).source;
  const model = inspectSource(source);
  const entrance = await (job.takes === 'text'
    ? textEntrance(pool, entry, model)
    : pictureEntrance(pool, entry, model, hash, job));
  const { outline, fills } = entrance;
  const given = await Promise.all([weight?.toHost(), onHost(answer)]);
  checkWidths(entry.title, outline.dims, ...given);
  const opset = model.opset.get('') ?? LEAST_OPSET;
  const before = buildGraphProto((g) => entrance.define(g), `${PREFIX}in/`, opset);
  const after = buildGraphProto((g) => answering(g, outline, unit, ...given), `${PREFIX}out/`, opset);

  const part = partOf(model, outline.value, (value) => fills.includes(value));
  const constants = await constantInputs(entry, entrance, part.missing);
  checkNames(entry.title, part, [before, after]);
  const path = source.kind === 'file' ? source.path : undefined;
  const nodes =
    entrance.tower.facts.external.length === 0
      ? part.nodes
      : part.nodes.map((node) => nodeWithNumbers(path, node));
  const head = {
    irVersion: BigInt(model.irVersion) > LEAST_IR ? BigInt(model.irVersion) : LEAST_IR,
    producerName: 'patchbay',
    opsetImport: [...new Map([...model.opset, ['', opset]])].map(([domain, version]) => ({
      domain,
      version: BigInt(version),
    })),
    metadataProps: metadataProps(metadata),
    graph: {
      name: 'patchbay',
      input: before.input,
      output: after.output,
      initializer: [...before.initializer, ...constants],
      node: [...before.node, ...nodes, ...after.node],
    },
  };
  return modelPieces(head, weightsOf(model, part.weights, path, after));
}

function* weightsOf(
  model: ModelInspection,
  names: readonly string[],
  path: string | undefined,
  after: GraphProto,
): Generator<TensorProto> {
  for (const name of names) yield withNumbers(path, model.initializer(name)!);
  yield* after.initializer;
}

/** Refuses a model whose numbers a file could not repeat, or whose graph cannot be copied. */
function checkFits(entry: ModelEntry, { facts, input }: Tower, model: ModelInspection): void {
  const { title } = entry;
  const opset = model.opset.get('') ?? LEAST_OPSET;
  const [count] = input.dims;
  const precision = facts.multipliesIntegers ? 'q8' : halves(model) ? 'fp16' : (entry.precision ?? 'fp32');
  if (precision !== 'fp32') throw refuse(exportMessage('export.precision', { model: title, precision }));
  if (facts.random) throw refuse(exportMessage('export.random', { model: title }));
  if (model.hasFunctions) throw refuse(exportMessage('export.functions', { model: title }));
  if (opset < LEAST_OPSET)
    throw refuse(exportMessage('export.opset', { model: title, opset, least: LEAST_OPSET }));
  if (typeof count === 'number' && count !== 1)
    throw refuse(exportMessage('export.batch', { model: title, count }));
}

/** Whether a graph computes in float16: its pictures are converted first. Weights alone may be stored so. */
const halves = ({ inputs, nodes }: ModelInspection): boolean =>
  inputs.some(({ dtype }) => dtype === 'float16') ||
  nodes().some(
    ({ opType, attribute }) =>
      opType === 'Cast' && attribute.some(({ name, i }) => name === 'to' && HALVES.includes(Number(i))),
  );

const HALVES: readonly number[] = [DataType.FLOAT16, DataType.BFLOAT16];

function imageTowerOf(entry: ModelEntry): ImageTower {
  if (entry.image) return entry.image;
  throw new PatchbayError(noImageTower(entry));
}

function specOf({ title, preprocess, lacks }: ModelEntry): PreprocessSpec {
  if (preprocess) return preprocess;
  const reason = asMessage(lacks?.preprocess ?? modelMessage('model.no-preprocessor-config'));
  throw refuse(exportMessage('export.no-preprocess', { model: title, reason }));
}

/** Refuses an encoder that uses a name of the nodes around it. */
function checkNames(
  model: string,
  { nodes, weights }: Pick<ReturnType<typeof partOf>, 'nodes' | 'weights'>,
  [before, after]: readonly [GraphProto, GraphProto],
): void {
  const own = new Set([...nodes.flatMap(({ output }) => output), ...weights]);
  const added = [...before.input, ...before.initializer, ...after.output, ...after.initializer].map(
    ({ name }) => name,
  );
  const all = [...added, ...[...before.node, ...after.node].flatMap(({ output }) => output)];
  const taken = all.find((name) => own.has(name));
  if (taken !== undefined) throw refuse(exportMessage('export.name-taken', { model, value: taken }));
}

/** Refuses numbers that are for vectors of another size. */
function checkWidths(
  model: string,
  own: number,
  weight: HostTensor<'float32'> | undefined,
  answer: HostAnswer,
): void {
  const last =
    answer.kind === 'categories' ? answer.weights : answer.kind === 'matches' ? answer.gallery : undefined;
  let got = own;
  for (const next of [weight, last]) {
    const expected = next?.dims[1] ?? got;
    if (expected !== got) throw refuse(exportMessage('export.dims', { model, got, expected }));
    got = next?.dims[0] ?? got;
  }
}

/** The inputs of an encoder that are the same for every picture or text, as constants. */
async function constantInputs(
  { title }: ModelEntry,
  entrance: Entrance,
  names: readonly string[],
): Promise<TensorProto[]> {
  if (names.length === 0) return [];
  const feeds = entrance.others();
  return Promise.all(
    names.map(async (name) => {
      const feed = feeds[name];
      if (!feed) throw refuse(exportMessage('export.input', { model: title, input: name }));
      return tensorProto(name, await feed.toHost());
    }),
  );
}

/** From a picture to the input of the encoder. */
async function pictureEntrance(
  pool: SessionPool,
  entry: ModelEntry,
  model: ModelInspection,
  hash: string,
  { layer, preprocess }: OnnxExport,
): Promise<Entrance> {
  const tower = imageTowerOf(entry);
  checkFits(entry, tower, model);
  const spec = preprocess ?? specOf(entry);
  const prepare = (g: GraphBuilder) => prepared(g, g.input('picture', 'uint8', ['height', 'width', 3]), spec);
  // Refuses a preparation that cannot be in a graph before the encoder runs.
  let size = [0, 0];
  buildGraphProto((g) => {
    const { height, width } = prepare(g);
    size = [height, width];
  });
  const runner = new ImageTowerRunner(pool, entry, { hash });
  return {
    tower,
    outline: await runner.outline(layer, spec),
    fills: [tower.input.name],
    define(g) {
      g.node('Reshape', [prepare(g).value, ints(g, 1, 3, ...size)], {}, { outputs: [tower.input.name] });
    },
    others: () => otherFeeds(tower, [1, 3, ...size]),
  };
}

/** From the ids of a text, as the tokenizer of the model gives them, to the inputs of the encoder: cut, filled up, and marked. */
async function textEntrance(pool: SessionPool, entry: ModelEntry, model: ModelInspection): Promise<Entrance> {
  const tower = textTowerOf(entry);
  checkFits(entry, tower, model);
  const { length, input, facts } = tower;
  const { padding } = await tokenizerOf(entry);
  const marksAll = familyNamed(entry.family).text?.mask === 'ones';
  const mask = facts.inputs.find(({ name }) => name === 'attention_mask');
  return {
    tower,
    outline: await textOutline(pool, entry),
    fills: [input.name, ...(mask && !marksAll ? [mask.name] : [])],
    define(g) {
      const ids = g.node('Slice', [
        g.input('ids', 'int64', ['count']),
        ints(g, 0),
        ints(g, length),
        ints(g, 0),
      ]);
      const count = g.node('Shape', [ids]);
      const left = g.node('Sub', [ints(g, length), count]);
      const margins = g.node('Concat', padding.left ? [left, ints(g, 0)] : [ints(g, 0), left], { axis: 0 });
      const fill = (values: string, value: number, to: TowerValue) => {
        const constant = g.constant({ dtype: 'int64', dims: [], data: BigInt64Array.of(BigInt(value)) });
        const row = g.node('Reshape', [g.node('Pad', [values, margins, constant]), ints(g, 1, length)]);
        const type = to.dtype === 'int32' ? DataType.INT32 : DataType.INT64;
        g.node('Cast', [row], { to: type }, { outputs: [to.name] });
      };
      fill(ids, padding.id, input);
      if (mask && !marksAll) fill(g.node('Expand', [ints(g, 1), count]), 0, mask);
    },
    others: () => ({
      ...steadyFeeds(tower, 1),
      ...(mask && marksAll && { [mask.name]: integerTensor(mask, [1, length], () => 1) }),
    }),
  };
}

/** From the result of the encoder to the answer. There is one picture or text, so no output has an axis for them. */
function answering(
  g: GraphBuilder,
  { value, rank, pooling, dims }: TowerOutline,
  unit: boolean,
  weight: HostTensor<'float32'> | undefined,
  answer: HostAnswer,
): void {
  const floats = g.node('Cast', [value], { to: DataType.FLOAT });
  const own = oneVector(g, floats, rank, pooling);
  const projected = weight ? g.node('Gemm', [own, g.constant(weight)], { transB: 1 }) : own;
  const x = unit ? unitVectors(g, projected) : projected;
  const flat = (rows: string) => g.node('Reshape', [rows, ints(g, -1)]);
  if (answer.kind === 'vector') g.output('vector', flat(x), 'float32', [weight?.dims[0] ?? dims]);
  else if (answer.kind === 'categories') {
    const { names, minimum } = answer;
    const all = flat(probabilities(g, x, answer));
    g.output('probabilities', all, 'float32', [names.length]);
    const best = g.node('ArgMax', [all], { axis: 0, keepdims: 1 });
    const label = g.node('Gather', [g.texts(names), best], { axis: 0 });
    g.output('label', minimum > 0 ? sureOf(g, all, best, label, minimum) : label, 'string', [1]);
  } else {
    const { names, gallery } = answer;
    const k = Math.min(answer.k, names.length);
    const [scores, indices] = g.node(
      'TopK',
      [flat(cosines(g, x, gallery)), ints(g, k)],
      { axis: 0 },
      { outputs: 2 },
    );
    g.output('scores', scores!, 'float32', [k]);
    g.output('indices', indices!, 'int64', [k]);
    g.output('names', g.node('Gather', [g.texts(names), indices!], { axis: 0 }), 'string', [k]);
  }
}

/** The label, or an empty text if its probability is below the minimum, compared in float64 as nodes do. */
function sureOf(g: GraphBuilder, all: string, best: string, label: string, minimum: number): string {
  const chance = g.node('Cast', [g.node('Gather', [all, best], { axis: 0 })], { to: DataType.DOUBLE });
  return g.node('Where', [g.node('Less', [chance, double(g, minimum)]), g.texts(['']), label]);
}
