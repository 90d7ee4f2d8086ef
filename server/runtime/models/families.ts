import type { PreprocessSpec } from '../../../nodes/sdk/index.ts';
import { latentPictures } from '../preprocess/latent-pictures.ts';
import { preprocessFromTimm } from '../preprocess/timm.ts';

/** The content of a model's `config.json`. Its values may have any type. */
export type ModelConfig = Readonly<Record<string, unknown>>;

/** How Patchbay reads one tower of a family. */
export interface TowerRules {
  /** File names of the graph without their ending, the best first. */
  readonly graphs: readonly string[];
  /** Outputs that hold the embedding, the best first. If a model has none of them, its first output is used. */
  readonly outputs: readonly string[];
  /**
   * How token vectors N x T x D become N x D; see {@link tokenRule}. `none` where only the model itself can make the vector of a
   * picture, and its file does not. A map N x C x H x W is always averaged over H and W.
   */
  readonly tokens: 'cls' | 'mean' | 'none';
  /** The vector size of an output, from the config: for outputs whose size the graph leaves open. */
  readonly dims: (config: ModelConfig, output: string) => number | undefined;
}

/** The image tower of a family. */
export interface ImageRules extends TowerRules {
  /** The kind of hidden states: `patches` lie on a grid, `queries` do not, `latents` are the only result of the model. */
  readonly hidden: 'patches' | 'queries' | 'latents';
  /** The size of a hidden state, from the config. */
  readonly hiddenDims: (config: ModelConfig) => number | undefined;
  /** The side of a patch in pixels, from the config. */
  readonly patchSize: (config: ModelConfig) => number | undefined;
  /** The number of transformer layers, from the config. */
  readonly depth: (config: ModelConfig) => number | undefined;
}

/** Everything that differs between families of encoders. To add a family, add a row to {@link FAMILIES}. */
export interface Family {
  readonly name: string;
  /** A name for people. */
  readonly title: string;
  /** Values of `model_type` in `config.json`, and the image processor that Transformers uses for each by default. */
  readonly models: Readonly<Record<string, string | null>>;
  /** Recognises configs without a `model_type`. */
  readonly recognises?: (config: ModelConfig) => boolean;
  readonly image: ImageRules;
  readonly text?: TowerRules & {
    readonly tokens: 'cls' | 'mean';
    /** Ids per row where the graph, the config and the tokenizer do not say. */
    readonly length: number;
    /** See {@link import('../encoders/text-tokenizer.ts').TextShape}. */
    readonly mask: 'real' | 'ones';
    /** Tokenizers whose models know lower-case texts only, although their files do not say so. */
    readonly lowercase?: RegExp;
  };
  /** The decoder, which turns latents into pictures: file names of its graph. */
  readonly decoder?: { readonly graphs: readonly string[] };
  /** How to prepare pictures without a preprocessor_config.json; undefined if the config does not say. */
  readonly preprocess?: (config: ModelConfig, graph: string) => PreprocessSpec | undefined;
  /** How scores become probabilities. */
  readonly activation?: 'softmax' | 'sigmoid';
  /** Whether a linear projection that an adapter can replace gives the image embedding. */
  readonly projects: boolean;
}

/** The value at a path of the config. */
function configValue(config: ModelConfig, path: readonly string[]): unknown {
  let value: unknown = config;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The number at a path of the config: `configNumber(config, 'vision_config', 'hidden_size')`. */
export function configNumber(config: ModelConfig, ...path: readonly string[]): number | undefined {
  const value = configValue(config, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The vector size of CLIP's outputs: projected vectors, or the vectors before the projection. */
const clipSize =
  (embedding: string, tower: string) =>
  (config: ModelConfig, output: string): number | undefined => {
    if (output === embedding) return configNumber(config, 'projection_dim');
    const pooled = configNumber(config, tower, 'hidden_size') ?? configNumber(config, 'hidden_size');
    return output === 'pooler_output' ? pooled : undefined;
  };
const ofVision = (key: string) => (config: ModelConfig) =>
  configNumber(config, 'vision_config', key) ?? configNumber(config, key);
const hiddenSize = (config: ModelConfig) =>
  ofVision('hidden_size')(config) ?? configNumber(config, 'num_features');
const lastStage = (config: ModelConfig) => {
  const sizes = config.hidden_sizes;
  const last: unknown = Array.isArray(sizes) ? sizes.at(-1) : undefined;
  return typeof last === 'number' ? last : configNumber(config, 'num_features');
};

/** The side of a patch, from the config. timm states it only in the name of the architecture. */
function patchSize(config: ModelConfig): number | undefined {
  const named =
    typeof config.architecture === 'string' ? /patch(\d+)/.exec(config.architecture)?.[1] : undefined;
  const known = ofVision('patch_size')(config) ?? configNumber(config, 'model_args', 'patch_size');
  return known ?? (named === undefined ? undefined : Number(named));
}

/** The outputs that Patchbay tries, in this order, on a model of an unknown family. */
const USUAL_OUTPUTS = ['image_embeds', 'pooler_output', 'embedding', 'embeddings', 'last_hidden_state'];
const VISION_GRAPHS = ['vision_model', 'model'];
const TEXT_GRAPHS = ['text_model', 'model'];

/** The rules that most image towers share. */
const vision = {
  graphs: VISION_GRAPHS,
  tokens: 'cls',
  dims: hiddenSize,
  hidden: 'patches',
  hiddenDims: hiddenSize,
  patchSize,
  depth: ofVision('num_hidden_layers'),
} as const;

/** timm's own configs have `architecture`, and state the preprocessing in `pretrained_cfg`. */
const isTimm = (config: ModelConfig) =>
  typeof config.architecture === 'string' || typeof config.pretrained_cfg === 'object';
/** Only `token` proves a transformer: timm writes `avg` for transformers and for convolutional networks. */
const isTimmTransformer = (config: ModelConfig) => isTimm(config) && config.global_pool === 'token';

/** The family of models whose `model_type` is in no other family. The names and shapes in their files decide. */
export const GENERIC: Family = {
  name: 'generic',
  title: 'Picture encoder',
  models: { swin: 'ViT', swinv2: 'ViT', pvt: 'Pvt', blip: 'Blip', 'data2vec-vision': 'Beit' },
  image: {
    ...vision,
    outputs: USUAL_OUTPUTS,
    // Window transformers (Swin) merge patches from layer to layer.
    patchSize: (config) => (config.window_size === undefined ? patchSize(config) : undefined),
  },
  projects: false,
};

/** Every family. The facts come from the implementations in Transformers, timm and diffusers. */
export const FAMILIES: readonly Family[] = [
  {
    name: 'clip',
    title: 'CLIP',
    models: {
      clip: 'CLIP',
      clip_vision_model: 'CLIP',
      chinese_clip: 'ChineseCLIP',
      chinese_clip_vision_model: 'ChineseCLIP',
      metaclip_2: 'CLIP',
      metaclip_2_vision_model: 'CLIP',
    },
    image: {
      ...vision,
      outputs: ['image_embeds', 'pooler_output'],
      // The class token of the last hidden state is the vector from before the final norm.
      tokens: 'none',
      dims: clipSize('image_embeds', 'vision_config'),
    },
    text: {
      graphs: TEXT_GRAPHS,
      outputs: ['text_embeds', 'pooler_output'],
      tokens: 'cls',
      dims: clipSize('text_embeds', 'text_config'),
      length: 77,
      mask: 'real',
    },
    activation: 'softmax',
    projects: true,
  },
  {
    name: 'siglip',
    title: 'SigLIP',
    models: {
      siglip: 'Siglip',
      siglip_vision_model: 'Siglip',
      siglip2: 'Siglip',
      siglip2_vision_model: 'Siglip',
    },
    // A head that pools by attention makes the vector.
    image: { ...vision, outputs: ['pooler_output', 'image_embeds'], tokens: 'none' },
    text: {
      graphs: TEXT_GRAPHS,
      outputs: ['pooler_output', 'text_embeds'],
      tokens: 'mean',
      dims: (config) =>
        configNumber(config, 'text_config', 'projection_size') ??
        configNumber(config, 'text_config', 'hidden_size'),
      length: 64,
      mask: 'ones',
      lowercase: /^(Gemma|Siglip2)Tokenizer/,
    },
    activation: 'sigmoid',
    projects: false,
  },
  {
    name: 'dinov2',
    title: 'DINOv2',
    models: { dinov2: 'Bit', dinov2_with_registers: 'Bit', dinov3_vit: null },
    image: { ...vision, outputs: ['last_hidden_state', 'pooler_output'] },
    projects: false,
  },
  {
    name: 'mae',
    title: 'MAE',
    models: { vit_mae: 'ViT' },
    image: { ...vision, outputs: ['last_hidden_state'] },
    projects: false,
  },
  {
    name: 'vit',
    title: 'ViT',
    models: { vit: 'ViT', deit: 'DeiT', beit: 'Beit', vit_msn: 'ViT' },
    recognises: isTimmTransformer,
    image: { ...vision, outputs: ['last_hidden_state', 'pooler_output'] },
    preprocess: preprocessFromTimm,
    projects: false,
  },
  {
    name: 'cnn',
    title: 'CNN',
    models: {
      resnet: 'ConvNext',
      convnext: 'ConvNext',
      convnextv2: 'ConvNext',
      regnet: 'ConvNext',
      bit: 'Bit',
      efficientnet: null,
      mobilenet_v1: 'MobileNetV1',
      mobilenet_v2: 'MobileNetV2',
      vgg: null,
    },
    recognises: isTimm,
    image: {
      ...vision,
      outputs: ['pooler_output', 'last_hidden_state'],
      tokens: 'mean',
      dims: lastStage,
      hiddenDims: lastStage,
      patchSize: () => undefined,
    },
    preprocess: preprocessFromTimm,
    projects: false,
  },
  {
    name: 'blip2',
    title: 'BLIP-2 Q-Former',
    models: { 'blip-2': 'Blip', blip_2: 'Blip', blip_2_qformer: 'Blip', instructblip: 'Blip' },
    image: {
      ...vision,
      outputs: ['image_embeds', 'last_hidden_state'],
      tokens: 'mean',
      dims: (config, output) =>
        output === 'image_embeds'
          ? configNumber(config, 'image_text_hidden_size')
          : configNumber(config, 'qformer_config', 'hidden_size'),
      hidden: 'queries',
      patchSize: () => undefined,
      hiddenDims: (config) => configNumber(config, 'qformer_config', 'hidden_size'),
    },
    projects: false,
  },
  {
    name: 'vae',
    title: 'Autoencoder',
    models: {},
    recognises: ({ _class_name: name }) => typeof name === 'string' && /^Autoencoder(KL|Tiny)/.test(name),
    image: {
      ...vision,
      graphs: ['vae_encoder/model', 'vae_encoder_model', 'vae_encoder', 'taesd_encoder', 'taesdxl_encoder'],
      outputs: ['latent_parameters', 'latent_sample', 'latent_dist', 'latents'],
      dims: () => undefined,
      hidden: 'latents',
      hiddenDims: (config) => configNumber(config, 'latent_channels'),
      depth: () => undefined,
    },
    decoder: {
      graphs: ['vae_decoder/model', 'vae_decoder_model', 'vae_decoder', 'taesd_decoder', 'taesdxl_decoder'],
    },
    preprocess: latentPictures,
    projects: false,
  },
  {
    name: 'descriptor',
    title: 'Weight-free descriptor',
    models: {},
    image: {
      ...vision,
      outputs: ['embedding'],
      tokens: 'mean',
      dims: () => undefined,
      hiddenDims: () => undefined,
    },
    projects: false,
  },
];

/** The outputs that hold the embedding of a picture, the best first. The config may name one as `embedding_output`. */
export function imageOutputs({ image }: Family, config: ModelConfig): readonly string[] {
  const { embedding_output: named } = config;
  return [
    ...(typeof named === 'string' ? [named] : []),
    // timm pools as each of its models was trained: also by two tokens, or with a norm after the mean.
    ...(isTimm(config) ? ['pooler_output'] : []),
    ...image.outputs,
  ];
}

/** How the token vectors of a picture become one vector. Only `cls` needs a class token, which the file must prove to have. */
export function tokenRule({ image }: Family, config: ModelConfig): TowerRules['tokens'] {
  const { model_type: type, use_mean_pooling: mean } = config;
  // These models normalise the mean of their patches, with a weight that is not in the file. Their class token was never trained.
  if ((type === 'beit' || type === 'data2vec-vision') && mean !== false) return 'none';
  return isTimm(config) ? 'none' : image.tokens;
}

/**
 * Whether token 0 is a class token: there are more tokens than patches. Without `patchSize`, the side of a patch in pixels, one token
 * beside a square of patches is one. Undefined where the sizes do not say.
 */
export function hasClassToken(
  [height, width]: readonly (number | null | undefined)[],
  tokens: number | null | undefined,
  patchSize: number | undefined,
): boolean | undefined {
  if (!height || !width || !tokens) return undefined;
  if (patchSize !== undefined) {
    const patches = Math.floor(height / patchSize) * Math.floor(width / patchSize);
    if (tokens === patches) return false;
    return tokens > patches && tokens < 2 * patches ? true : undefined;
  }
  const isGrid = (count: number) => {
    const side = Math.sqrt(count);
    return Number.isInteger(side) && height === width && height % side === 0;
  };
  if (isGrid(tokens)) return false;
  return isGrid(tokens - 1) ? true : undefined;
}

/** Whether token 0 is the vector of a picture. Models of a known family have a class token unless `found` says no; others must show it. */
export function takesFirstToken(family: Family, found: boolean | undefined): boolean {
  return found ?? family !== GENERIC;
}

/** The family of a `config.json`; {@link GENERIC} where no family fits. */
export function familyOf(config: ModelConfig): Family {
  const type = config.model_type;
  return (
    FAMILIES.find(({ models }) => typeof type === 'string' && Object.hasOwn(models, type)) ??
    FAMILIES.find(({ recognises }) => recognises?.(config)) ??
    GENERIC
  );
}

/** The image processor that Transformers uses for a config by default. */
export function processorOf(config: ModelConfig): string | undefined {
  const type = config.model_type;
  if (typeof type !== 'string') return undefined;
  const family = [...FAMILIES, GENERIC].find(({ models }) => Object.hasOwn(models, type));
  return family?.models[type] ?? undefined;
}

/** The family of a name. */
export function familyNamed(name: string): Family {
  return FAMILIES.find((family) => family.name === name) ?? GENERIC;
}
