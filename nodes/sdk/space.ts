import { type ErrorDetails, PatchbayError } from './errors.ts';
import type { ModelInfo } from './infer.ts';
import { defineMessages, englishOf, type Message, type Said } from './messages.ts';
import { isTokenLayer } from './tokens.ts';
import type { Layer, Space } from './values.ts';
import { fieldTitle, nodeTitle } from './words.ts';

export type { Space } from './values.ts';

const say = defineMessages({
  'space.named': { en: '{title} ({notes})', zh: '{title}（{notes}）' },
  'space.projection-note': { en: 'projection {name}', zh: '投影 {name}' },
  'space.adapter-note': { en: 'adapter {id} x {strength}', zh: '适配器 {id} × {strength}' },
  'space.fast-note': { en: 'decoded fast', zh: '快速解码' },
  'space.encoders': { en: 'They come from different encoders.', zh: '它们来自不同的编码器。' },
  'space.revisions': {
    en: 'They come from different versions of one encoder.',
    zh: '它们来自同一编码器的不同版本。',
  },
  'space.layers': {
    en: 'One is the layer {one} of the encoder, the other is the layer {other}.',
    zh: '一个是编码器的 {one} 层，另一个是 {other} 层。',
  },
  'space.poolings': {
    en: 'One is pooled by {one}, the other by {other}.',
    zh: '一个的池化方式是 {one}，另一个是 {other}。',
  },
  'space.projections': { en: 'They are projected differently.', zh: '它们的投影方式不同。' },
  'space.sizes': {
    en: 'One has {one} numbers per vector, the other has {other}.',
    zh: '一个的向量有 {one} 个数，另一个有 {other} 个。',
  },
  'space.one-adapter': {
    en: 'Only one of them went through an adapter.',
    zh: '只有一个经过了适配器。',
  },
  'space.adapters': { en: 'They went through different adapters.', zh: '它们经过了不同的适配器。' },
  'space.strengths': { en: 'Their adapters have different strengths.', zh: '它们的适配器强度不同。' },
  'space.mismatch': {
    en: '{node} cannot compare its inputs: {left} gives {first}, {right} gives {second}. Use the same encoder for both.',
    zh: '{node} 无法比较它的输入：{left} 给出 {first}，{right} 给出 {second}。请让两者使用同一个编码器。',
  },
  'space.setup-mismatch': {
    en: '{node} cannot compare its inputs: {left} gives {first}, {right} gives {second}. {reason} Set up both branches the same way.',
    zh: '{node} 无法比较它的输入：{left} 给出 {first}，{right} 给出 {second}。{reason}请把两个分支设置成一样。',
  },
});

/** Templates of messages about spaces. */
export const SPACE_TEMPLATES = say.templates;

/** Layers after the model's own projection. */
const PROJECTED = ['embedding', 'patch-embedding', 'query-embedding'];

/** The space of vectors from an encoder's tower; `revision` is the hash of its weights, if known. */
export function encoderSpace(
  model: ModelInfo,
  tower: 'image' | 'text',
  layer = 'embedding',
  revision?: string,
): Space {
  const { image, text } = model.towers;
  const imageDims = () => (layer === 'embedding' ? image?.dims : image?.layerDims?.[layer]);
  return {
    encoder: model.id,
    title: model.title,
    revision,
    layer,
    projection: PROJECTED.includes(layer) ? 'model' : 'none',
    pooling: isTokenLayer(layer) ? 'none' : 'model',
    tower,
    dims: tower === 'text' ? text?.dims : imageDims(),
    normalized: false,
  };
}

/**
 * The name of a space for messages: `CLIP ViT-B/32 (512)`, with everything that differs from the model's own embedding.
 */
export function spaceName(space: Space): Said {
  const notes = [
    space.dims === undefined ? undefined : String(space.dims),
    space.layer === 'embedding' ? undefined : space.layer,
    space.pooling === 'model' ? undefined : space.pooling,
    space.projection === 'model' || space.projection === 'none'
      ? undefined
      : say('space.projection-note', { name: space.projection }),
    space.decode && say('space.fast-note'),
    space.adapter && say('space.adapter-note', { id: space.adapter.id, strength: space.adapter.strength }),
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? space.title : say('space.named', { title: space.title, notes });
}

/** {@link spaceName} as English text. */
export function describeSpace(space: Space): string {
  return englishOf(spaceName(space));
}

/** The model's projection puts tokens into the space of its embedding, so a patch can be compared with a text. */
const comparableLayer = (layer: Layer) =>
  layer === 'patch-embedding' || layer === 'query-embedding' ? 'embedding' : layer;

/**
 * Why vectors of two spaces cannot be compared; null when they can.
 *
 * Normalisation does not count, because cosine removes it. An adapter counts only between vectors of one tower: an adapted
 * image projection is trained to fit the unchanged text tower of the same model.
 */
export function spaceMismatch(a: Space, b: Space): Message | null {
  const differs = <T>(x: T | undefined, y: T | undefined) => x !== undefined && y !== undefined && x !== y;
  const sameTower = a.tower === b.tower;
  if (a.encoder !== b.encoder) return say('space.encoders');
  if (differs(a.revision, b.revision)) return say('space.revisions');
  if (comparableLayer(a.layer) !== comparableLayer(b.layer))
    return say('space.layers', { one: a.layer, other: b.layer });
  if (sameTower && a.layer === b.layer && a.pooling !== b.pooling)
    return say('space.poolings', { one: a.pooling, other: b.pooling });
  if (sameTower && a.projection !== b.projection) return say('space.projections');
  if (a.dims !== undefined && b.dims !== undefined && a.dims !== b.dims)
    return say('space.sizes', { one: a.dims, other: b.dims });
  if (!sameTower) return null;
  const [x, y] = [a.adapter, b.adapter];
  if ((x?.hash ?? '') !== (y?.hash ?? '')) return x && y ? say('space.adapters') : say('space.one-adapter');
  if ((x?.strength ?? 0) !== (y?.strength ?? 0)) return say('space.strengths');
  return null;
}

/** The origin of one of two compared spaces: an input, and the node before it if it is known. */
export interface SpaceSource {
  readonly port: string;
  /** The port's title. */
  readonly title: string;
  /** See `ValueInfo.from`. */
  readonly from?: Said;
  readonly space?: Space;
}

/** A node type and its title. */
export interface NodeName {
  readonly type: string;
  readonly title: string;
}

/** The values of both sides of a comparison, for a message: `{left} gives {first}, {right} gives {second}`. */
export function comparedSides(
  node: NodeName,
  a: SpaceSource & { space: Space },
  b: SpaceSource & { space: Space },
) {
  // People know nodes better than ports. If both nodes have the same name, their ports are named.
  const byNode = a.from && b.from && englishOf(a.from) !== englishOf(b.from);
  const name = ({ from, port, title }: SpaceSource): Said =>
    byNode && from ? from : fieldTitle('input', node.type, port, title);
  return {
    node: nodeTitle(node.type, node.title),
    left: name(a),
    first: spaceName(a.space),
    right: name(b),
    second: spaceName(b.space),
  };
}

const isKnown = (source: SpaceSource): source is SpaceSource & { space: Space } => source.space !== undefined;

/** The problem of comparing vectors of two spaces in a node; null if they fit, or if one is not known yet. */
export function mixedSpaces(node: NodeName, a: SpaceSource, b: SpaceSource): ErrorDetails | null {
  if (!isKnown(a) || !isKnown(b)) return null;
  const reason = spaceMismatch(a.space, b.space);
  if (reason === null) return null;
  const sides = comparedSides(node, a, b);
  // If the encoders differ, their names already show the reason.
  const message =
    a.space.encoder === b.space.encoder
      ? say('space.setup-mismatch', { ...sides, reason })
      : say('space.mismatch', sides);
  return { ...message, port: b.port, expected: englishOf(sides.first), got: englishOf(sides.second) };
}

/** @throws PatchbayError `space.mismatch` or `space.setup-mismatch` when vectors of the two spaces cannot be compared. */
export function requireSameSpace(node: NodeName, a: SpaceSource, b: SpaceSource): void {
  const problem = mixedSpaces(node, a, b);
  if (problem) throw new PatchbayError(problem);
}
