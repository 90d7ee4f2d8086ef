import type { Said } from './messages.ts';
import type { Space } from './space.ts';
import type { F32 } from './tensor.ts';

/** Where an image's bytes are. */
export type ImageSource =
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly mtimeMs: number }
  | { readonly kind: 'asset'; readonly hash: string; readonly size: number };

/** One picture, by reference: never its pixels. */
export interface ImageItem {
  readonly kind: 'image';
  /** File name, for people. */
  readonly name: string;
  /** Path relative to the folder it was found in, with forward slashes; the file name otherwise. */
  readonly path: string;
  readonly source: ImageSource;
  readonly label?: string;
}

/** One text. */
export interface TextItem {
  readonly kind: 'text';
  readonly text: string;
  /** The name it stands for: `cat` for "a photo of a cat". Items of one label are averaged by zero-shot. */
  readonly label?: string;
}

/** What a row of a result stands for. */
export type Item = ImageItem | TextItem;

/** An item left out, and why: a message, or the sentence of a node whose author has no messages. */
export interface Skipped {
  readonly name: string;
  readonly path?: string;
  readonly reason: Said;
}

/** A list of pictures by reference; 100,000 are fine. */
export interface Images {
  readonly kind: 'images';
  readonly items: readonly ImageItem[];
  readonly skipped: readonly Skipped[];
}

/** PIL's numbers: 0 nearest, 1 Lanczos, 2 bilinear, 3 bicubic, 4 box, 5 Hamming. */
export type Resample = 0 | 1 | 2 | 3 | 4 | 5;

/** One step from a decoded picture to a model's input; the meaning of each is that of Transformers' PIL processors. */
export type PreprocessStep =
  /** `shortest`: that edge becomes `size`, the other follows, truncated. `exact`: `width` x `height`, aspect ignored. */
  | { readonly op: 'resize'; readonly mode: 'shortest'; readonly size: number; readonly resample: Resample }
  | {
      readonly op: 'resize';
      readonly mode: 'exact';
      readonly width: number;
      readonly height: number;
      readonly resample: Resample;
    }
  /**
   * Centre crop; zero-padded where the picture is smaller. Of an odd margin more is cut after the picture; with `margin` halves
   * are rounded to the even number instead, as torchvision does.
   */
  | { readonly op: 'crop'; readonly width: number; readonly height: number; readonly margin?: 'even' }
  /** Multiplies by `factor`, as float32. */
  | { readonly op: 'rescale'; readonly factor: number }
  /** (x - mean) / std for each of R, G, B. */
  | { readonly op: 'normalize'; readonly mean: readonly number[]; readonly std: readonly number[] };

/** Width and height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** All that happens between a file and a model's input; part of cache keys, so keep it canonical. */
export interface PreprocessSpec {
  /** Turn the picture as its EXIF orientation says. */
  readonly exif: boolean;
  readonly steps: readonly PreprocessStep[];
}

/** Pictures to be realised batch by batch as N x 3 x H x W float32, by whoever consumes them. */
export interface Pixels {
  readonly kind: 'pixels';
  readonly items: readonly ImageItem[];
  readonly skipped: readonly Skipped[];
  readonly spec: PreprocessSpec;
}

/** N vectors of D numbers, the items they came from, and their space. */
export interface Embeddings {
  readonly kind: 'embeddings';
  /** N x D. */
  readonly tensor: F32;
  readonly items: readonly Item[];
  readonly skipped: readonly Skipped[];
  readonly space: Space;
}

/** Hidden states of N items. */
export interface Tokens {
  readonly kind: 'tokens';
  /** N x T x D. */
  readonly tensor: F32;
  readonly items: readonly ImageItem[];
  readonly skipped: readonly Skipped[];
  readonly space: Space;
  /** Patches lie row by row after the first `prefix` tokens (CLS, registers). Absent where tokens are no grid. */
  readonly grid?: { readonly rows: number; readonly columns: number; readonly prefix: number };
  /** What became of each picture before the model saw it, so that patches can be laid over it; absent where nobody knows. */
  readonly preprocess?: PreprocessSpec;
}

/** How every one of Q queries is like every one of N gallery items. */
export interface Similarity {
  readonly kind: 'similarity';
  readonly queries: readonly Item[];
  readonly gallery: readonly Item[];
  readonly metric: 'cosine' | 'softmax' | 'sigmoid';
  readonly space?: Space;
  /**
   * `product`: row i, column j is left[i] . right[j], both L2-normalised (Q x D, N x D): nothing of size Q x N exists until
   * somebody asks for a tile. `dense`: Q x N.
   */
  readonly scores:
    | { readonly form: 'product'; readonly left: F32; readonly right: F32 }
    | { readonly form: 'dense'; readonly tensor: F32 };
  readonly skipped: readonly Skipped[];
}

/** One ranked answer. */
export interface Match {
  readonly item: Item;
  /** Position in the gallery. */
  readonly index: number;
  readonly score: number;
}

/** Ranked answers, best first, for each query. */
export interface Matches {
  readonly kind: 'matches';
  readonly metric: Similarity['metric'];
  readonly results: readonly { readonly query: Item; readonly results: readonly Match[] }[];
  readonly skipped: readonly Skipped[];
}

/** One label an item. */
export interface Labels {
  readonly kind: 'labels';
  readonly items: readonly Item[];
  /** As long as `items`; null where there is none. */
  readonly labels: readonly (string | null)[];
  /** Probability or score of each label, where there is one. */
  readonly scores?: readonly number[];
}

/** Texts, in order. */
export interface Texts {
  readonly kind: 'texts';
  readonly items: readonly TextItem[];
}

/** How exactly a model's weights are stored, the most exact first. */
export const PRECISIONS = ['fp32', 'fp16', 'q8', 'q4'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** A model chosen and found; the sessions behind it belong to the runtime. */
export interface EncoderRef {
  readonly kind: 'encoder';
  readonly id: string;
  readonly title: string;
  readonly family: string;
  /** Hash of the weights; each precision has its own. */
  readonly hash: string;
  /** The variant of the model's graphs that is meant; absent where a model has no files. */
  readonly precision?: Precision;
  /** The variants there are, the most exact first. */
  readonly precisions?: readonly Precision[];
  readonly towers: EncoderTowers;
  /** The model's own preprocessing; absent where it reads no pictures. */
  readonly preprocess?: PreprocessSpec;
  /** How scores become probabilities: softmax(scale * cosine) or sigmoid(scale * cosine + bias). */
  readonly probability?: {
    readonly activation: 'softmax' | 'sigmoid';
    readonly scale: number;
    readonly bias: number;
    /** The files hold only the scale that training began with: the order of scores is right, their sharpness is not. */
    readonly untrained?: true;
  };
  /** The missing part that keeps a model from preparing pictures, or from reading texts. */
  readonly lacks?: { readonly preprocess?: Said; readonly text?: Said };
}

/** What a model can read, and what comes out. Sizes are undefined where the file leaves them open. */
export interface EncoderTowers {
  readonly image?: {
    readonly dims?: number;
    /** The only size of pictures it reads, where its file fixes one. */
    readonly reads?: Partial<PictureSize>;
    /**
     * Those that can be reached: `embedding` and `pre-projection` are a vector a picture, the others a vector a token: `hidden`
     * (what Transformers calls last_hidden_state), `hidden.0` (its hidden_states[0]) and on, `patch-embedding` and
     * `query-embedding` (tokens in the space of `embedding`), `latent` (an autoencoder's).
     */
    readonly layers: readonly string[];
    /** Numbers a vector of each layer, where known; `dims` is that of `embedding`. */
    readonly layerDims?: Readonly<Record<string, number>>;
    /** Whether the model's own projection weight can be read. */
    readonly projection: boolean;
  };
  readonly text?: { readonly dims?: number; readonly contextLength?: number };
  /** The way back from latents to pictures, where the model has one; `channels` numbers a latent. */
  readonly decoder?: { readonly channels?: number };
}

/** A LoRA, read and checked; its tensors are small. */
export interface AdapterRef {
  readonly kind: 'adapter';
  readonly id: string;
  /** sha256 of the weights file. */
  readonly hash: string;
  readonly format: 'peft' | 'kohya';
  /** The layer it is made for: `visual_projection`. */
  readonly target: string;
  readonly rank: number;
  /** alpha / r, or alpha / sqrt(r) with rsLoRA: what B A is multiplied with at strength 1. */
  readonly scaling: number;
  /** r x in. */
  readonly a: F32;
  /** out x r. */
  readonly b: F32;
  /** DoRA's magnitudes, out; absent for plain LoRA. */
  readonly magnitude?: F32;
}

/** What a table's cell may hold. */
export type Cell = string | number | boolean | null;

/** Named, typed columns and rows of cells. */
export interface Table {
  readonly kind: 'table';
  readonly columns: readonly {
    readonly key: string;
    readonly title: string;
    readonly type: 'text' | 'number' | 'boolean';
  }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Named numbers, or short lists of numbers (a mean for each channel). */
export interface Metrics {
  readonly kind: 'metrics';
  readonly values: Readonly<Record<string, number | readonly number[]>>;
}

/** One group of bars: the candidates for an item, best first. */
export interface BarGroup {
  readonly item?: Item;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

/** One patch of one picture, all counted from 1, as the params of a node count them. */
export interface PickedPatch {
  readonly picture: number;
  readonly row: number;
  readonly column: number;
}

/** What the patches of pictures are like, P = rows x columns patches a picture, row by row from the top left. */
export type PatchMaps = {
  /** N pictures. */
  readonly items: readonly ImageItem[];
  readonly rows: number;
  readonly columns: number;
  /** As in {@link Tokens}. */
  readonly preprocess?: PreprocessSpec;
} & (
  | {
      /** A number a patch: how like it is to each of Q queries. */
      readonly shows: 'heat';
      readonly metric: 'cosine';
      /** What the patches are compared with; none where it is the patch that was picked, and then Q is 1. */
      readonly queries: readonly Item[];
      readonly picked?: PickedPatch;
      /** N x QP: for each picture the map of the first query, then that of the second. */
      readonly tensor: F32;
      /** Least and greatest number of each query. */
      readonly ranges: readonly (readonly [number, number])[];
    }
  | {
      /** A colour a patch. */
      readonly shows: 'colors';
      /** N x 3P: red, green and blue of each patch, from 0 to 1. */
      readonly tensor: F32;
    }
);

/** What a result looks like: drawn by the editor, printed by the command line. */
export type View = { readonly kind: 'view'; readonly title?: string } & (
  | {
      readonly view: 'gallery';
      readonly items: readonly ImageItem[];
      readonly total: number;
      readonly skipped: readonly Skipped[];
    }
  | { readonly view: 'matches'; readonly matches: Matches }
  | { readonly view: 'bars'; readonly groups: readonly BarGroup[]; readonly metric?: string }
  | { readonly view: 'table'; readonly table: Table; readonly total: number }
  | {
      readonly view: 'heatmap';
      readonly rows: readonly Item[];
      readonly columns: readonly Item[];
      readonly tensor: F32;
    }
  | ({ readonly view: 'patches' } & PatchMaps)
  | { readonly view: 'file'; readonly path: string; readonly bytes: number; readonly files: number }
);

/** Every value type by its port's name. */
export interface PortValues {
  images: Images;
  pixels: Pixels;
  embeddings: Embeddings;
  tokens: Tokens;
  similarity: Similarity;
  matches: Matches;
  labels: Labels;
  texts: Texts;
  encoder: EncoderRef;
  adapter: AdapterRef;
  table: Table;
  metrics: Metrics;
  view: View;
}

/** The name of a port type; also the `kind` of its value. */
export type PortType = keyof PortValues;

/** Any value that can travel along an edge. */
export type PortValue = PortValues[PortType];

/** All port types, in the order people meet them. */
export const PORT_TYPES = [
  'images',
  'pixels',
  'texts',
  'labels',
  'encoder',
  'adapter',
  'embeddings',
  'tokens',
  'similarity',
  'matches',
  'table',
  'metrics',
  'view',
] as const satisfies readonly PortType[];
