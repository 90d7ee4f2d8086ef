import type { ModelInfo } from './infer.ts';

/** What people choose of a model's layers of tokens. */
export type TokenChoice = 'last' | 'numbered' | 'projected';

const PROJECTED = ['patch-embedding', 'query-embedding'];

/**
 * The layer of tokens a choice means for a model, or why it has none: a sentence naming what there is. Numbers count as the
 * hidden_states of Transformers do: 0 is what the embeddings give, n what layer n gives, -1 the last, -2 the one before it.
 */
export function tokenLayer(
  { title, towers }: ModelInfo,
  choice: TokenChoice,
  number: number,
): { readonly layer: string } | { readonly problem: string; readonly param?: 'layer' | 'number' } {
  const layers = towers.image?.layers ?? [];
  const has = (names: readonly string[]) => names.find((name) => layers.includes(name));
  const ends = has(['hidden', 'latent']);
  const projected = has(PROJECTED);
  const numbers = layers
    .map((name) => /^hidden\.(\d+)$/.exec(name)?.[1])
    .filter((found) => found !== undefined)
    .map(Number);
  const last = Math.max(...numbers);
  // Where some are missing nobody knows how many there are.
  const whole = numbers.length > 0 && numbers.length === last + 1;
  const range = whole ? `layers 0 to ${last}` : `the layers ${numbers.join(', ')}`;
  const there = [
    ends && (ends === 'latent' ? 'its latents, as the last layer' : `its last layer (${ends})`),
    projected && `tokens in the space of its embedding (${projected})`,
    numbers.length > 0 && range,
  ].filter((part): part is string => typeof part === 'string');
  const instead =
    there.length > 0
      ? `It has ${there.join(', ')}.`
      : 'It gives one vector a picture and nothing before it. Choose a ViT, CLIP or DINOv2, or export the model with last_hidden_state.';
  if (choice === 'last')
    return ends ? { layer: ends } : { problem: `${title} shows no tokens of its pictures. ${instead}` };
  if (choice === 'projected') {
    if (projected) return { layer: projected };
    return {
      problem: `${title} has no tokens that can be compared with texts: that takes a CLIP, whose own projection every patch can go through. ${instead}`,
      param: 'layer',
    };
  }
  const name = `hidden.${number < 0 && whole ? last + 1 + number : number}`;
  if (layers.includes(name)) return { layer: name };
  if (numbers.length === 0)
    return { problem: `The layers of ${title} cannot be reached one by one. ${instead}`, param: 'layer' };
  const counted = whole ? `, or -1 to -${last + 1} counted from the end` : '';
  return {
    problem: `${title} has no layer ${number} that can be reached: it has ${range}${counted}.`,
    param: 'number',
  };
}
