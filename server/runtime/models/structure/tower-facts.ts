import { externalLocations } from '../../onnx/external-data.ts';
import {
  type DeclaredValue,
  inspectModel,
  inspectModelFile,
  type ModelInspection,
} from '../../onnx/inspect.ts';
import { fileSource } from '../../onnx/skim.ts';
import type { LogitFacts, ModelSource, TowerFacts, TowerValue } from '../model-entry.ts';
import { GraphWalk } from './graph-walk.ts';
import { findHidden, findStream } from './hidden.ts';
import { findMean, isRandom } from './latents.ts';
import { findLogits } from './logits.ts';
import { findFeatures, findProjection } from './projection.ts';

/** Raised whenever {@link readFacts} finds other things in the same file. */
export const FACTS_VERSION = 5;

/** What Transformers calls the hidden states a model ends with. */
export const LAST_HIDDEN = 'last_hidden_state';

/** Operators that quantise by the range of the whole batch. */
const BATCH_QUANTIZING = ['DynamicQuantizeLinear', 'DynamicQuantizeMatMul', 'DynamicQuantizeLSTM'];

/** Opens a model's structure, whether it is a file or built in code. @throws PatchbayError `model.invalid`. */
export function inspectSource(source: ModelSource): ModelInspection {
  return source.kind === 'file' ? inspectModelFile(source.path) : inspectModel(source.bytes(), source.key);
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
    external: source.kind === 'file' ? externalFiles(source.path) : [],
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

/** A map pooled to one place: N x D x 1 x 1. */
export const isOnePlace = (dims: readonly unknown[]): boolean =>
  dims.length === 4 && dims[2] === 1 && dims[3] === 1;

/** Facts by output. Names come from a stranger's file, so `__proto__` must be a plain name. */
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

function externalFiles(path: string): string[] {
  const file = fileSource(path);
  try {
    return [...externalLocations(file)].sort();
  } finally {
    file.close();
  }
}

function towerValue({ name, dtype, dims }: DeclaredValue): TowerValue {
  return { name, dtype, dims: dims.map((dim) => (typeof dim === 'number' ? dim : null)) };
}
