import { externalLocations } from '../../onnx/external-data.ts';
import {
  type DeclaredValue,
  inspectModel,
  inspectModelFile,
  type ModelInspection,
} from '../../onnx/inspect.ts';
import { fileSource } from '../../onnx/skim.ts';
import { multipliesIntegers } from '../../onnx/unsigned-factors.ts';
import { builtGraph } from '../builtin/built-graphs.ts';
import {
  isOnePlace,
  LAST_HIDDEN,
  type LogitFacts,
  type ModelSource,
  type TowerFacts,
  type TowerValue,
} from '../model-entry.ts';
import { GraphWalk } from './graph-walk.ts';
import { findHidden, findStream } from './hidden.ts';
import { findMean, isRandom } from './latents.ts';
import { findLogits } from './logits.ts';
import { findFeatures, findProjection } from './projection.ts';

/** Operators that quantise with the range of the whole batch. */
const BATCH_QUANTIZING = ['DynamicQuantizeLinear', 'DynamicQuantizeMatMul', 'DynamicQuantizeLSTM'];

/** Opens the structure of a model from its file, or of one built in code. @throws PatchbayError `model.invalid` */
export function inspectSource(source: ModelSource): ModelInspection {
  return source.kind === 'file'
    ? inspectModelFile(source.path)
    : inspectModel(builtGraph(source.key), source.key);
}

/** Reads the facts of a model from its bytes, without its weights. @throws PatchbayError `model.invalid` */
export function readFacts(source: ModelSource): TowerFacts {
  const model = inspectSource(source);
  const walk = new GraphWalk(model);
  const random = isRandom(walk);
  return {
    inputs: model.inputs.map(towerValue),
    outputs: model.outputs.map(towerValue),
    ...vectorFacts(walk, model),
    means: random ? entries(model, ({ name }) => findMean(walk, name)) : {},
    random,
    batchQuantized: walk.uses(BATCH_QUANTIZING),
    multipliesIntegers: multipliesIntegers(model.nodes()),
    ...externalFiles(source),
    logits: firstLogits(walk, model),
  };
}

function vectorFacts(walk: GraphWalk, model: ModelInspection) {
  const isVector = ({ dims }: DeclaredValue) => dims.length === 2 || dims.length === 0;
  const projections = entries(model, (value) => {
    const found = isVector(value) ? findProjection(walk, value.name) : undefined;
    const whole = found?.weight?.computed
      ? walk.leadsOnly(undefined, found.weight.name)
      : found?.weight || walk.leadsOnly(found?.input, found?.output);
    const readable = found && whole;
    return readable ? found : undefined;
  });
  const features = entries(model, ({ name }) => (name === 'logits' ? findFeatures(walk, name) : undefined));
  const hidden = entries(model, (value) => {
    const { name, dims } = value;
    if (dims.length === 3 || (dims.length === 0 && name === LAST_HIDDEN))
      return { value: name, stream: findStream(walk, name) };
    if (!isVector(value) && !isOnePlace(dims)) return undefined;
    const found = findHidden(walk, projections[name]?.input ?? features[name]?.value ?? name);
    const alone = found?.taken && walk.leadsOnly(found.taken.value, name);
    return found && { ...found, taken: alone ? found.taken : undefined };
  });
  return { projections, features, hidden };
}

/** Facts by output. Names come from files, so `__proto__` must be an ordinary name here. */
function entries<T>(
  { outputs }: ModelInspection,
  find: (output: DeclaredValue) => T | undefined,
): Readonly<Record<string, T>> {
  const found = outputs.map((output) => [output.name, find(output)] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, T] => pair[1] !== undefined));
}

function firstLogits(walk: GraphWalk, { outputs }: ModelInspection): LogitFacts | undefined {
  for (const name of ['logits_per_image', 'logits_per_text']) {
    if (!outputs.some((output) => output.name === name)) continue;
    const found = findLogits(walk, name);
    if (found) return found;
  }
  return undefined;
}

function externalFiles(source: ModelSource): Pick<TowerFacts, 'external' | 'externalBytes'> {
  if (source.kind !== 'file') return { external: [], externalBytes: [] };
  const file = fileSource(source.path);
  try {
    const found = [...externalLocations(file)].sort(([a], [b]) => (a < b ? -1 : 1));
    return { external: found.map(([name]) => name), externalBytes: found.map(([, bytes]) => bytes) };
  } finally {
    file.close();
  }
}

function towerValue({ name, dtype, dims }: DeclaredValue): TowerValue {
  return { name, dtype, dims: dims.map((dim) => (typeof dim === 'number' ? dim : null)) };
}
