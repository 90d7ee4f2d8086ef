import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { configNumber, type Family, type ModelConfig, type TowerRules } from './families.ts';
import type { ImageTower, ModelSource, TextTower, Tower, TowerFacts, TowerValue } from './model-entry.ts';

const FLOATS = ['float32', 'float16'];
const HIDDEN = 'last_hidden_state';

/** The input that takes pictures: float, four axes, three channels where it says so. */
export function imageInput(facts: TowerFacts): TowerValue | undefined {
  return facts.inputs.find(
    ({ dtype, dims }) => FLOATS.includes(dtype) && dims.length === 4 && (dims[1] === 3 || dims[1] === null),
  );
}

/** The input that takes ids. */
export function textInput(facts: TowerFacts): TowerValue | undefined {
  return facts.inputs.find(({ name, dtype }) => name === 'input_ids' && dtype.startsWith('int'));
}

/** The output a family's embedding is in; the first output that could be one where none of its names is declared. */
function embeddingOutput(facts: TowerFacts, rules: TowerRules): TowerValue | undefined {
  const usable = facts.outputs.filter(({ dtype }) => FLOATS.includes(dtype));
  for (const name of rules.outputs) {
    const found = usable.find((output) => output.name === name);
    if (found) return found;
  }
  return usable.find(({ dims }) => dims.length >= 2 && dims.length <= 4);
}

/** Numbers a vector of an output: its last axis, or the channels of a map. */
export function vectorSize({ dims }: TowerValue): number | undefined {
  const size = dims.length === 4 ? dims[1] : dims.at(-1);
  return dims.length >= 2 ? (size ?? undefined) : undefined;
}

function towerOf(source: ModelSource, facts: TowerFacts, input: TowerValue, rules: TowerRules): Tower {
  const embedding = embeddingOutput(facts, rules);
  if (!embedding) {
    const names = facts.outputs.map(({ name }) => name).join(', ');
    throw new PatchbayError({
      code: 'model.invalid',
      message: `the model gives out ${names || 'nothing'}, and no float vectors among it`,
    });
  }
  return { source, facts, input, embedding };
}

/** The image tower of a graph. @throws PatchbayError `model.invalid` when it reads no pictures or gives no vectors. */
export function imageTower(
  source: ModelSource,
  facts: TowerFacts,
  family: Family,
  config: ModelConfig,
): ImageTower {
  const input = imageInput(facts);
  if (!input) {
    const names = facts.inputs.map(({ name, dims }) => `${name} (${dims.length} axes)`).join(', ');
    throw new PatchbayError({
      code: 'model.invalid',
      message: `the model takes ${names || 'nothing'}, and no pictures as N x 3 x H x W floats`,
    });
  }
  const tower = towerOf(source, facts, input, family.image);
  const declared = facts.outputs.find(({ name, dims }) => name === HIDDEN && dims.length !== 2);
  const inside = facts.hidden[tower.embedding.name];
  const hidden = declared
    ? { value: declared.name, declared: true }
    : inside === undefined
      ? undefined
      : { value: inside, declared: false };
  return {
    ...tower,
    projection: family.projects ? facts.projections[tower.embedding.name] : undefined,
    hidden,
    patchSize:
      family.hidden === 'patches'
        ? (configNumber(config, 'vision_config', 'patch_size') ?? configNumber(config, 'patch_size'))
        : undefined,
  };
}

/** The text tower of a graph, or undefined when it takes no ids. @throws PatchbayError `model.invalid`. */
export function textTower(
  source: ModelSource,
  facts: TowerFacts,
  family: Family,
  place: { readonly config: ModelConfig; readonly tokenizerConfig: ModelConfig; readonly folder: string },
): TextTower | undefined {
  const input = textInput(facts);
  if (!input || !family.text) return undefined;
  const { config, tokenizerConfig, folder } = place;
  const longest = configNumber(tokenizerConfig, 'model_max_length');
  return {
    ...towerOf(source, facts, input, family.text),
    length:
      input.dims[1] ??
      configNumber(config, 'text_config', 'max_position_embeddings') ??
      (longest !== undefined && longest < 10_000 ? longest : family.text.length),
    folder,
    padTokenId: configNumber(config, 'text_config', 'pad_token_id'),
  };
}
