import { externalLocations } from '../onnx/external-data.ts';
import { type DeclaredValue, inspectModel, inspectModelFile, type ModelInspection } from '../onnx/inspect.ts';
import { fileSource } from '../onnx/skim.ts';
import { findHidden, findLogits, findProjection } from './find-structure.ts';
import { GraphWalk } from './graph-walk.ts';
import type { LogitFacts, ModelSource, ProjectionFacts, TowerFacts, TowerValue } from './model-entry.ts';

/** Opens a model's structure, whether it is a file or built in code. @throws PatchbayError `model.invalid`. */
export function inspectSource(source: ModelSource): ModelInspection {
  return source.kind === 'file' ? inspectModelFile(source.path) : inspectModel(source.bytes(), source.key);
}

/** What a model's bytes say, weights stepped over. @throws PatchbayError `model.invalid`. */
export function readFacts(source: ModelSource): TowerFacts {
  const model = inspectSource(source);
  const walk = new GraphWalk(model);
  // Names come from a stranger's file: `__proto__` must stay a name.
  const projections = new Map<string, ProjectionFacts>();
  const hidden = new Map<string, string>();
  const vectors = model.outputs.filter(({ dims }) => dims.length === 2 || dims.length === 0);
  for (const { name } of vectors) {
    const projection = findProjection(walk, name);
    if (projection) projections.set(name, projection);
    const states = findHidden(walk, projection?.input ?? name);
    if (states) hidden.set(name, states);
  }
  return {
    inputs: model.inputs.map(towerValue),
    outputs: model.outputs.map(towerValue),
    projections: Object.fromEntries(projections),
    hidden: Object.fromEntries(hidden),
    external: source.kind === 'file' ? externalFiles(source.path) : [],
    logits: firstLogits(walk, model),
  };
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
