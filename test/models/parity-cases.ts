/** How to compare one tensor of a folder's `expected.safetensors`. */
export interface ParityOutput {
  /** The name in models/parity.json: a layer, `text`, or `decoded`. */
  readonly name: string;
  /** The tensor of the reference. */
  readonly want: string;
  /** Patchbay's result: vectors of the pictures, their tokens, vectors of the texts, or decoded pictures. */
  readonly kind: 'vector' | 'tokens' | 'text' | 'decoded';
  /** How to read the reference: as it is, its first token, or the mean of its tokens. */
  readonly read?: 'first' | 'mean';
}

/** One folder of reference cases. */
export interface ParityCase {
  readonly folder: string;
  readonly family: string;
  readonly reference: 'Transformers' | 'timm' | 'PyTorch';
  readonly outputs: readonly ParityOutput[];
  /** Variants checked against the same float32 reference, with the smallest allowed cosine. */
  readonly precisions?: Readonly<Record<string, number>>;
}

const vector = (want: string, read?: 'first' | 'mean', name = 'embedding'): ParityOutput => ({
  name,
  want,
  kind: 'vector',
  ...(read && { read }),
});
const tokens = (want: string, name = 'hidden'): ParityOutput => ({ name, want, kind: 'tokens' });
const text = (want: string): ParityOutput => ({ name: 'text', want, kind: 'text' });
const layers = (...numbers: readonly number[]) =>
  numbers.map((i) => tokens(`hidden_states.${i}`, `hidden.${i}`));

const pooled = [vector('pooler_output'), tokens('last_hidden_state')];
const classToken = [vector('last_hidden_state', 'first'), tokens('last_hidden_state')];
const sigmoid = [...pooled, text('text_pooler_output')];
const latents = [tokens('latent', 'latent'), { name: 'decoded', want: 'decoded', kind: 'decoded' } as const];

/** All folders in models/parity.json. */
export const PARITY_CASES: readonly ParityCase[] = [
  {
    folder: 'clip',
    family: 'clip',
    reference: 'Transformers',
    outputs: [
      vector('image_embeds'),
      vector('pooler_output', undefined, 'pre-projection'),
      tokens('last_hidden_state'),
      text('text_embeds'),
    ],
  },
  {
    folder: 'clip-export',
    family: 'clip',
    reference: 'Transformers',
    outputs: [
      vector('image_embeds'),
      tokens('last_hidden_state'),
      tokens('patch_embeds', 'patch-embedding'),
      ...layers(0, 1, 2),
    ],
    precisions: { fp16: 0.9999, q8: 0.99 },
  },
  { folder: 'siglip', family: 'siglip', reference: 'Transformers', outputs: sigmoid },
  { folder: 'siglip2', family: 'siglip', reference: 'Transformers', outputs: sigmoid },
  { folder: 'dinov2', family: 'dinov2', reference: 'Transformers', outputs: classToken },
  {
    folder: 'dinov2-registers',
    family: 'dinov2',
    reference: 'Transformers',
    outputs: [...classToken, ...layers(0, 1, 2, 3)],
  },
  { folder: 'vit', family: 'vit', reference: 'Transformers', outputs: classToken },
  { folder: 'mae', family: 'mae', reference: 'Transformers', outputs: [...classToken, ...layers(1)] },
  { folder: 'resnet', family: 'cnn', reference: 'Transformers', outputs: pooled },
  { folder: 'convnext', family: 'cnn', reference: 'Transformers', outputs: [...pooled, ...layers(2)] },
  { folder: 'timm', family: 'cnn', reference: 'timm', outputs: pooled },
  {
    folder: 'blip2',
    family: 'blip2',
    reference: 'Transformers',
    outputs: [vector('image_embeds', 'mean'), tokens('qformer_last_hidden_state')],
  },
  { folder: 'vae-kl', family: 'vae', reference: 'PyTorch', outputs: latents },
  { folder: 'taesd', family: 'vae', reference: 'PyTorch', outputs: latents },
];
