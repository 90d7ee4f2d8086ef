import { type Family, hasClassToken, type ModelConfig, takesFirstToken, tokenRule } from './families.ts';
import {
  factOf,
  type ImageLayer,
  isOnePlace,
  LAST_HIDDEN,
  type LatentScale,
  type ProjectionFacts,
  type Tower,
} from './model-entry.ts';

type Layers = Readonly<Record<string, ImageLayer>>;

/** The layers that an image tower can give, by name, in the order in which people see them. */
export function imageLayers(
  tower: Tower & { readonly projection?: ProjectionFacts; readonly latents?: LatentScale },
  family: Family,
  config: ModelConfig,
): Layers {
  if (tower.latents) return latentLayer(tower, tower.latents);
  const { facts, embedding, projection } = tower;
  const dims = sizeOf(embedding.dims) ?? family.image.dims(config, embedding.name);
  const before = factOf(facts.features, embedding.name);
  const own: ImageLayer = before
    ? { value: before.value, declared: false, form: 'vector', dims: before.size }
    : { value: embedding.name, declared: true, form: 'vector', dims };
  const hidden = hiddenOf(tower, family);
  const hiddenDims = hidden && (hidden.dims ?? projection?.in ?? family.image.hiddenDims(config));
  const inner = (value: string): ImageLayer => ({
    value,
    declared: facts.outputs.some(({ name }) => name === value),
    form: 'tokens',
    dims: hiddenDims,
  });
  const behind = factOf(facts.hidden, embedding.name);
  const taken = projection && behind?.taken;
  const queries = family.image.hidden === 'queries' && embedding.dims.length === 3;
  const stream = (hidden && factOf(facts.hidden, hidden.value)?.stream) ?? behind?.stream ?? [];
  return {
    ...((before || isOneVector(tower, family, config)) && { embedding: own }),
    ...(projection && {
      'pre-projection': { value: projection.input, declared: false, form: 'vector', dims: projection.in },
    }),
    ...(taken && {
      'patch-embedding': {
        ...inner(behind.value),
        dims,
        through: {
          from: taken.value,
          to: embedding.name,
          token: taken.rank === 2 ? [projection.in] : [1, projection.in],
        },
      },
    }),
    ...(queries &&
      embedding.name !== hidden?.value && {
        'query-embedding': { value: embedding.name, declared: true, form: 'tokens', dims },
      }),
    ...(hidden && { hidden: { ...hidden, dims: hiddenDims } }),
    ...numbered(tower, stream, family.image.depth(config), inner),
  };
}

/** Whether the output gives one vector per picture, or tokens that make one by a rule that fits this model. */
function isOneVector({ input, embedding }: Tower, family: Family, config: ModelConfig): boolean {
  const { dims } = embedding;
  if (dims.length !== 3 || dims[1] === 1) return true;
  const rule = tokenRule(family, config);
  if (rule !== 'cls') return rule === 'mean';
  const size = input.dims.slice(2);
  // What the sizes do not say yet, the first picture does.
  if (![...size, dims[1]].every((known) => known)) return true;
  return takesFirstToken(family, hasClassToken(size, dims[1], family.image.patchSize(config)));
}

/** The last hidden state: a declared output, or an inner value that leads to the embedding. */
function hiddenOf({ facts, embedding }: Tower, family: Family): ImageLayer | undefined {
  const isOwn = (name: string) => name === embedding.name && family.image.hidden === 'patches';
  const declared =
    facts.outputs.find(({ name, dims }) => name === LAST_HIDDEN && dims.length !== 2) ??
    facts.outputs.find(
      ({ name, dims }) => isOwn(name) && dims.length >= 3 && name !== 'logits' && !isOnePlace(dims),
    );
  if (declared) return { value: declared.name, declared: true, form: 'tokens', dims: sizeOf(declared.dims) };
  const found = factOf(facts.hidden, embedding.name);
  return found && { value: found.value, declared: false, form: 'tokens' };
}

/** `hidden.0` (the patch embeddings), `hidden.1` and on: outputs named hidden_states.0 or hidden_states_0, or inner values. */
function numbered(
  { facts }: Tower,
  stream: readonly string[],
  depth: number | undefined,
  inner: (value: string) => ImageLayer,
): Layers {
  const declared = facts.outputs
    .map((output) => ({ output, index: /^hidden_states[._](\d+)$/.exec(output.name)?.[1] }))
    .filter((found): found is typeof found & { index: string } => found.index !== undefined)
    .sort((a, b) => Number(a.index) - Number(b.index))
    .map(({ output, index }) => {
      const dims = sizeOf(output.dims);
      return [`hidden.${index}`, { ...inner(output.name), declared: true, ...(dims && { dims }) }] as const;
    });
  const inside = depth === undefined || stream.length === depth + 1 ? stream : [];
  const found = inside.map((value, index) => [`hidden.${index}`, inner(value)] as const);
  return Object.fromEntries([...found, ...declared]);
}

function latentLayer({ facts, embedding }: Tower, { channels }: LatentScale): Layers {
  const mean = factOf(facts.means, embedding.name);
  const wanted =
    mean === undefined ? { value: embedding.name, declared: true } : { value: mean, declared: false };
  return { latent: { ...wanted, form: 'latents', dims: channels } };
}

/** The vector size of an output: its last axis, or the channels of a map. */
function sizeOf(dims: readonly (number | null)[]): number | undefined {
  const size = dims.length === 4 ? dims[1] : dims.at(-1);
  return dims.length >= 2 ? (size ?? undefined) : undefined;
}
