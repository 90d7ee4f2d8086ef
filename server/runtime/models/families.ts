/** `config.json` of a model, as far as anybody can be sure of it. */
export type ModelConfig = Readonly<Record<string, unknown>>;

/** How one tower of a family is read. */
export interface TowerRules {
  /** Outputs that hold the embedding, best first; the model's first output where none is declared. */
  readonly outputs: readonly string[];
  /** How N x T x D becomes N x D where the embedding is token vectors. N x C x H x W is always averaged over H and W. */
  readonly tokens: 'cls' | 'mean';
  /** Numbers a vector according to the config, for outputs whose size the file leaves open. */
  readonly dims: (config: ModelConfig) => number | undefined;
}

/** All that sets one family of encoders apart; adding a family is adding a row to {@link FAMILIES}. */
export interface Family {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Values of `model_type` in `config.json`. */
  readonly modelTypes: readonly string[];
  readonly image: TowerRules;
  readonly text?: TowerRules & {
    /** Ids a row where neither the graph, the config nor the tokenizer says. */
    readonly length: number;
    /** See {@link import('../encoders/text-tokenizer.ts').TextShape}. */
    readonly mask: 'real' | 'ones';
  };
  /** How scores become probabilities. */
  readonly activation?: 'softmax' | 'sigmoid';
  /** Whether the image embedding is a linear projection that an adapter may replace. */
  readonly projects: boolean;
  /** What hidden states are of: `patches` lie on a grid, `queries` do not. */
  readonly hidden: 'patches' | 'queries';
}

/** A number at a path of the config: `number(config, 'vision_config', 'hidden_size')`. */
export function configNumber(config: ModelConfig, ...path: readonly string[]): number | undefined {
  let value: unknown = config;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

const projected = (config: ModelConfig) => configNumber(config, 'projection_dim');
const hiddenSize = (config: ModelConfig) => configNumber(config, 'hidden_size');
const lastStage = (config: ModelConfig) => {
  const sizes = config.hidden_sizes;
  const last: unknown = Array.isArray(sizes) ? sizes.at(-1) : undefined;
  return typeof last === 'number' ? last : configNumber(config, 'num_features');
};

/** What is tried, in this order, on a model of no known family. */
const USUAL_OUTPUTS = ['image_embeds', 'pooler_output', 'embedding', 'embeddings', 'last_hidden_state'];

/** Read for models whose `model_type` is in no family: the names and shapes in the file decide. */
export const GENERIC: Family = {
  name: 'generic',
  title: 'Image encoder',
  modelTypes: [],
  image: { outputs: USUAL_OUTPUTS, tokens: 'cls', dims: hiddenSize },
  projects: false,
  hidden: 'patches',
};

/** Every family; facts from the Transformers implementation of each `model_type`. */
export const FAMILIES: readonly Family[] = [
  {
    name: 'clip',
    title: 'CLIP',
    modelTypes: ['clip', 'clip_vision_model', 'chinese_clip', 'metaclip_2'],
    image: { outputs: ['image_embeds', 'pooler_output'], tokens: 'cls', dims: projected },
    text: {
      outputs: ['text_embeds', 'pooler_output'],
      tokens: 'cls',
      dims: projected,
      length: 77,
      mask: 'real',
    },
    activation: 'softmax',
    projects: true,
    hidden: 'patches',
  },
  {
    name: 'siglip',
    title: 'SigLIP',
    modelTypes: ['siglip', 'siglip_vision_model', 'siglip2'],
    image: {
      outputs: ['pooler_output', 'image_embeds'],
      tokens: 'mean',
      dims: (config) => configNumber(config, 'vision_config', 'hidden_size') ?? hiddenSize(config),
    },
    text: {
      outputs: ['pooler_output', 'text_embeds'],
      tokens: 'mean',
      dims: (config) =>
        configNumber(config, 'text_config', 'projection_size') ??
        configNumber(config, 'text_config', 'hidden_size'),
      length: 64,
      mask: 'ones',
    },
    activation: 'sigmoid',
    projects: false,
    hidden: 'patches',
  },
  {
    name: 'dinov2',
    title: 'DINOv2',
    modelTypes: ['dinov2', 'dinov2_with_registers', 'dinov3_vit'],
    image: { outputs: ['last_hidden_state', 'pooler_output'], tokens: 'cls', dims: hiddenSize },
    projects: false,
    hidden: 'patches',
  },
  {
    name: 'vit',
    title: 'ViT',
    modelTypes: ['vit', 'deit', 'beit', 'vit_msn', 'vit_mae'],
    image: { outputs: ['last_hidden_state', 'pooler_output'], tokens: 'cls', dims: hiddenSize },
    projects: false,
    hidden: 'patches',
  },
  {
    name: 'cnn',
    title: 'CNN',
    modelTypes: [
      'resnet',
      'convnext',
      'convnextv2',
      'regnet',
      'bit',
      'efficientnet',
      'mobilenet_v1',
      'mobilenet_v2',
      'vgg',
      'timm_wrapper',
    ],
    image: { outputs: ['pooler_output', 'last_hidden_state'], tokens: 'mean', dims: lastStage },
    projects: false,
    hidden: 'patches',
  },
  {
    name: 'blip2',
    title: 'BLIP-2 Q-Former',
    modelTypes: ['blip-2', 'blip_2', 'blip_2_qformer', 'instructblip'],
    image: {
      outputs: ['image_embeds', 'last_hidden_state'],
      tokens: 'mean',
      dims: (config) => configNumber(config, 'image_text_hidden_size'),
    },
    projects: false,
    hidden: 'queries',
  },
  {
    name: 'descriptor',
    title: 'Weight-free descriptor',
    modelTypes: [],
    image: { outputs: ['embedding'], tokens: 'mean', dims: () => undefined },
    projects: false,
    hidden: 'patches',
  },
];

/** The family of a `config.json`; {@link GENERIC} where it names none we know. */
export function familyOf(config: ModelConfig): Family {
  const type = config.model_type;
  return FAMILIES.find(({ modelTypes }) => modelTypes.includes(type as string)) ?? GENERIC;
}

/** The row of a family by its name. */
export function familyNamed(name: string): Family {
  return FAMILIES.find((family) => family.name === name) ?? GENERIC;
}
