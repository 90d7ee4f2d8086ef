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
  const hidden = layers.filter((name) => /^hidden\.\d+$/.test(name));
  const last = hidden.length - 1;
  const there = [
    ends && `its last layer (${ends})`,
    projected && `tokens in the space of its embedding (${projected})`,
    hidden.length > 0 && `layers 0 to ${last}`,
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
  const name = `hidden.${number < 0 ? hidden.length + number : number}`;
  if (layers.includes(name)) return { layer: name };
  const problem =
    hidden.length === 0
      ? `The layers of ${title} cannot be reached one by one. ${instead}`
      : `${title} has no layer ${number}: it has layers 0 to ${last}, or -1 to -${hidden.length} counted from the end.`;
  return { problem, param: hidden.length === 0 ? 'layer' : 'number' };
}
