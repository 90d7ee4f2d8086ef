import { PatchbayError } from './errors.ts';
import type { ModelInfo } from './infer.ts';
import { defineMessages, type Message } from './messages.ts';
import type { Ops } from './ops.ts';
import type { F32 } from './tensor.ts';
import type { Tokens } from './values.ts';

const say = defineMessages({
  'tokens.none': {
    en: '{model} gives no tokens for pictures. {instead}',
    zh: '{model} 不给出图片的图块向量。{instead}',
  },
  'tokens.none-for-texts': {
    en: '{model} has no tokens that can be compared with texts. Only a CLIP has them: its own projection works on every patch. {instead}',
    zh: '{model} 没有可与文本比较的图块向量。只有 CLIP 才有：它自己的投影可用于每个图块。{instead}',
  },
  'tokens.not-numbered': {
    en: '{model} has no numbered layers. {instead}',
    zh: '{model} 没有可按编号选择的层。{instead}',
  },
  'tokens.no-number': {
    en: '{model} has no layer {number}. {instead}',
    zh: '{model} 没有第 {number} 层。{instead}',
  },
  'tokens.has': { en: 'It has {parts}.', zh: '它有{parts}。' },
  'tokens.has-counted': {
    en: 'It has layers 0 to {last}, or -1 to {first} counted from the end.',
    zh: '它有第 0 至 {last} 层，从末尾数为 -1 至 {first}。',
  },
  'tokens.vectors-only': {
    en: 'It gives only one vector per picture. Choose a ViT, CLIP or DINOv2, or export the model with last_hidden_state.',
    zh: '它只给出每张图片一个向量。请选择 ViT、CLIP 或 DINOv2，或导出带 last_hidden_state 的模型。',
  },
  'tokens.latents': { en: 'its latents, as the last layer', zh: '作为最后一层的潜变量' },
  'tokens.last-layer': { en: 'its last layer ({layer})', zh: '最后一层（{layer}）' },
  'tokens.projected': {
    en: 'tokens in the space of its embedding ({layer})',
    zh: '与文本处于同一空间的图块向量（{layer}）',
  },
  'tokens.all-layers': { en: 'layers 0 to {last}', zh: '第 0 至 {last} 层' },
  'tokens.some-layers': { en: 'the layers {numbers}', zh: '第 {numbers} 层' },
  'patches.no-grid': {
    en: 'The tokens of {model} form no grid, so they cannot be shown on a picture. Choose an encoder that cuts pictures into patches, such as a ViT, DINOv2 or CLIP.',
    zh: '{model} 的图块向量不构成网格，因此无法显示在图片上。请选择把图片切成图块的编码器，例如 ViT、DINOv2 或 CLIP。',
  },
});

/** Templates of messages about tokens and patches. */
export const TOKEN_TEMPLATES = say.templates;

/** Layers with one vector per picture; every other layer has one vector per token. */
const VECTORS = ['embedding', 'pre-projection'];

/** Whether a layer has one vector per token: the layers that `encode/tokens` gives. */
export const isTokenLayer = (layer: string): boolean => !VECTORS.includes(layer);

/** A choice of the user in Encode tokens. */
export type TokenChoice = 'last' | 'numbered' | 'projected';

const PROJECTED = ['patch-embedding', 'query-embedding'];

/**
 * The layer of tokens for a choice and a model, or why the model cannot give it. Numbers count as in Transformers'
 * hidden_states: 0 is the output of the embeddings, n that of layer n, -1 that of the last layer, -2 that of the one
 * before it.
 */
export function tokenLayer(
  { title: model, towers }: ModelInfo,
  choice: TokenChoice,
  number: number,
): { readonly layer: string } | { readonly problem: Message; readonly param?: 'layer' | 'number' } {
  const layers = towers.image?.layers ?? [];
  const has = (names: readonly string[]) => names.find((name) => layers.includes(name));
  const final = has(['hidden', 'latent']);
  const projected = has(PROJECTED);
  const numbers = layers
    .map((name) => /^hidden\.(\d+)$/.exec(name)?.[1])
    .filter((found) => found !== undefined)
    .map(Number);
  const last = Math.max(...numbers);
  // If some numbers are missing, the number of layers is unknown.
  const complete = numbers.length > 0 && numbers.length === last + 1;
  const range = complete ? say('tokens.all-layers', { last }) : say('tokens.some-layers', { numbers });
  const parts = [
    final === 'latent' && say('tokens.latents'),
    final === 'hidden' && say('tokens.last-layer', { layer: final }),
    projected && say('tokens.projected', { layer: projected }),
    numbers.length > 0 && range,
  ].filter((part) => typeof part === 'object');
  const instead = parts.length > 0 ? say('tokens.has', { parts }) : say('tokens.vectors-only');
  if (choice === 'last')
    return final ? { layer: final } : { problem: say('tokens.none', { model, instead }) };
  if (choice === 'projected') {
    if (projected) return { layer: projected };
    return { problem: say('tokens.none-for-texts', { model, instead }), param: 'layer' };
  }
  const name = `hidden.${number < 0 && complete ? last + 1 + number : number}`;
  if (layers.includes(name)) return { layer: name };
  if (numbers.length === 0)
    return { problem: say('tokens.not-numbered', { model, instead }), param: 'layer' };
  const counted = complete
    ? say('tokens.has-counted', { last, first: -(last + 1) })
    : say('tokens.has', { parts: [range] });
  return { problem: say('tokens.no-number', { model, number, instead: counted }), param: 'number' };
}

/** Rows and columns of the patches, and the number of tokens before them. @throws PatchbayError `patches.no-grid`. */
export function patchGrid({ grid, items, space }: Tokens): NonNullable<Tokens['grid']> {
  if (grid) return grid;
  // Without pictures there is no grid, which is not an error.
  if (items.length === 0) return { rows: 0, columns: 0, prefix: 0 };
  throw new PatchbayError({
    ...say('patches.no-grid', { model: space.title }),
    port: 'tokens',
    expected: 'tokens with a grid',
    got: space.layer,
  });
}

/** The patches of one picture as P x D, without the tokens before them. On the host they are not copied. */
export async function patchesOf(tokens: Tokens, picture: number, ops: Ops): Promise<F32> {
  const { rows, columns, prefix } = patchGrid(tokens);
  const [, , dims = 0] = tokens.tensor.dims;
  const one = await ops.slice(tokens.tensor, 0, picture, picture + 1);
  const patches = await ops.slice(one, 1, prefix, prefix + rows * columns);
  return ops.reshape(patches, [rows * columns, dims]);
}
