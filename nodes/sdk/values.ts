import type { Said } from './messages.ts';
import type { F32 } from './tensor.ts';

/** Where an image's bytes are. */
export type ImageSource =
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly mtimeMs: number }
  | { readonly kind: 'asset'; readonly hash: string; readonly size: number };

/** A reference to one picture, without its pixels. */
export interface ImageItem {
  readonly kind: 'image';
  /** File name, for people. */
  readonly name: string;
  /** Path within the folder that was loaded, with forward slashes; otherwise the file name. */
  readonly path: string;
  readonly source: ImageSource;
  readonly label?: string;
  /** The categories that a person ruled out for it ("not this"), by name. */
  readonly not?: readonly string[];
  /** How its file becomes levels of red, green and blue; as Pillow's `convert('RGB')` where absent. */
  readonly read?: ReadOptions;
}

/** How a picture file becomes levels from 0 to 255. An absent field means: as Pillow. */
export interface ReadOptions {
  /** The colour behind transparent parts, `#rrggbb`. As Pillow: transparency is dropped, and hidden colours show. */
  readonly background?: string;
  /**
   * How levels deeper than 8 bits become 0..255. `bits`: the smallest of 1, 255, 1023, 4095, ... that holds all levels becomes
   * white. `stretch`: the lowest level becomes black and the highest one white. As Pillow: floats and 32 bits are cut to 0..255; of
   * 16 bits the upper 8 stay.
   */
  readonly levels?: 'bits' | 'stretch';
  /**
   * `fast`: a large JPEG is decoded at twice the size that the model gets, most of which its decoder does by itself; the exact
   * resize follows. As Pillow: every pixel is decoded.
   */
  readonly decode?: 'fast';
}

/** One text. */
export interface TextItem {
  readonly kind: 'text';
  readonly text: string;
  /** The label of the text, for example `cat` for "a photo of a cat". Zero-shot averages items with the same label. */
  readonly label?: string;
}

/** One row of a result: a picture or a text. */
export type Item = ImageItem | TextItem;

/** An item that was left out, and why: a message, or a plain sentence from an author who defines no messages. */
export interface Skipped {
  readonly name: string;
  readonly path?: string;
  readonly reason: Said;
  /**
   * The reason may be gone by the next run: no time, no permission, a file that vanished. A result without such an item is not
   * kept for later runs, and the run ends as `partial`.
   */
  readonly passing?: true;
}

/** A list of references to pictures. It can have 100,000 entries. */
export interface Images {
  readonly kind: 'images';
  readonly items: readonly ImageItem[];
  readonly skipped: readonly Skipped[];
}

/** Numbers of Pillow's resampling filters: 0 nearest, 1 Lanczos, 2 bilinear, 3 bicubic, 4 box, 5 Hamming. */
export type Resample = 0 | 1 | 2 | 3 | 4 | 5;

/** One step from a decoded picture to a model's input. Each step does what Transformers' PIL processors do. */
export type PreprocessStep =
  /** `shortest`: the shortest edge becomes `size`; the other edge keeps the proportions, rounded down. `exact`: `width` x `height`. */
  | { readonly op: 'resize'; readonly mode: 'shortest'; readonly size: number; readonly resample: Resample }
  | {
      readonly op: 'resize';
      readonly mode: 'exact';
      readonly width: number;
      readonly height: number;
      readonly resample: Resample;
    }
  /**
   * Centre crop, padded with zeros if the picture is smaller. An odd margin loses one more pixel at the right and bottom;
   * with `margin: 'even'` halves round to the even number, as in torchvision.
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

/**
 * All steps between a file and a model's input. The spec is part of cache keys, so equal steps must be written in the
 * same way.
 */
export interface PreprocessSpec {
  /** Turns the picture upright as its EXIF orientation says. */
  readonly exif: boolean;
  readonly steps: readonly PreprocessStep[];
}

/** Pictures and their preprocessing. The node that reads them makes N x 3 x H x W float32 from them, batch by batch. */
export interface Pixels {
  readonly kind: 'pixels';
  readonly items: readonly ImageItem[];
  readonly skipped: readonly Skipped[];
  readonly spec: PreprocessSpec;
}

/** The output of an encoder that a vector was taken from. */
export type Layer = string;

/** The LoRA that adapted a projection. */
export interface SpaceAdapter {
  readonly id: string;
  /** sha256 of the adapter file. */
  readonly hash: string;
  /** Factor on the LoRA's update; 0 leaves the projection unchanged. */
  readonly strength: number;
}

/**
 * Where a vector comes from. Two vectors can be compared if their spaces fit. A field that is unknown before a run is
 * undefined and fits everything.
 */
export interface Space {
  /** The id of a model, or `file:<hash>` for vectors from a file that does not name its model. */
  readonly encoder: string;
  /** For people: "CLIP ViT-B/32". */
  readonly title: string;
  /** Hash of the model's weights. */
  readonly revision?: string;
  /** `embedding` (the model's result), `pre-projection`, `hidden`, ...; see {@link EncoderTowers}. */
  readonly layer: Layer;
  /** `model`, `identity`, `none` or the name of a trained head. */
  readonly projection: string;
  /** How token vectors became one: `model`, `cls`, `mean`, `max`. */
  readonly pooling: string;
  /** The tower that made the vector. Both towers of a model share a space. */
  readonly tower: 'image' | 'text';
  readonly adapter?: SpaceAdapter;
  /** Large pictures may have been decoded at a reduced size; see {@link ReadOptions.decode}. Such vectors compare with exact ones. */
  readonly decode?: 'fast';
  readonly dims?: number;
  readonly normalized: boolean;
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

/** Hidden states of N items: T vectors of D numbers for each. */
export interface Tokens {
  readonly kind: 'tokens';
  /** N x T x D. */
  readonly tensor: F32;
  readonly items: readonly ImageItem[];
  readonly skipped: readonly Skipped[];
  readonly space: Space;
  /** The patches follow the first `prefix` tokens (CLS, registers), row by row. Absent if the tokens form no grid. */
  readonly grid?: { readonly rows: number; readonly columns: number; readonly prefix: number };
  /** How each picture was prepared, so that a view can lay patches over it; absent if this is not known. */
  readonly preprocess?: PreprocessSpec;
}

/** How similar each of Q queries is to each of N gallery items. */
export interface Similarity {
  readonly kind: 'similarity';
  readonly queries: readonly Item[];
  readonly gallery: readonly Item[];
  readonly metric: 'cosine' | 'softmax' | 'sigmoid';
  readonly space?: Space;
  /**
   * `product`: the score of row i and column j is left[i] . right[j] / lengths[j] (Q x D, N x D, N), with the bits that a
   * normalised copy of `right` gives. The rows of `left` have length 1, and without `lengths` so do those of `right`. Q x N numbers
   * exist only for the rows that a node asks for, and `right` is the gallery itself, not a copy of it. `dense`: Q x N.
   */
  readonly scores:
    | { readonly form: 'product'; readonly left: F32; readonly right: F32; readonly lengths?: F32 }
    | { readonly form: 'dense'; readonly tensor: F32 };
  readonly skipped: readonly Skipped[];
}

/** One ranked answer. */
export interface Match {
  readonly item: Item;
  /** Position in the gallery. */
  readonly index: number;
  /** NaN if it has none, as the first choice of a node that compares with the choices before. */
  readonly score: number;
}

/** Ranked answers, best first, for each query. */
export interface Matches {
  readonly kind: 'matches';
  readonly metric: Similarity['metric'];
  readonly results: readonly { readonly query: Item; readonly results: readonly Match[] }[];
  readonly skipped: readonly Skipped[];
  /** The space in which they were compared, if the node knows it. */
  readonly space?: Space;
}

/** One label per item. */
export interface Labels {
  readonly kind: 'labels';
  readonly items: readonly Item[];
  /** One entry for each of `items`; null for an item without a label. */
  readonly labels: readonly (string | null)[];
  /** Probability or score of each label, if known. */
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

/** A model that was found and chosen. The runtime owns the sessions behind it. */
export interface EncoderRef {
  readonly kind: 'encoder';
  readonly id: string;
  readonly title: string;
  readonly family: string;
  /** Hash of the weights; each precision has its own. */
  readonly hash: string;
  /** The variant of the model's graphs to use; absent if a model has no files. */
  readonly precision?: Precision;
  /** The variants that are installed, the most exact first. */
  readonly precisions?: readonly Precision[];
  readonly towers: EncoderTowers;
  /** The model's own preprocessing; absent if it reads no pictures. */
  readonly preprocess?: PreprocessSpec;
  /** How scores become probabilities: softmax(scale * cosine) or sigmoid(scale * cosine + bias). */
  readonly probability?: {
    readonly activation: 'softmax' | 'sigmoid';
    readonly scale: number;
    readonly bias: number;
    /** The files hold the scale from before training: the order of scores is right, but their differences are too small. */
    readonly untrained?: true;
  };
  /** What a model lacks: a way to prepare pictures, or to read texts. */
  readonly lacks?: { readonly preprocess?: Said; readonly text?: Said };
}

/** The facts about a model that are known without loading it, before its weights are hashed. */
export type ModelInfo = Omit<EncoderRef, 'kind' | 'hash'>;

/** The inputs and outputs of a model. A size is undefined if the file leaves it open. */
export interface EncoderTowers {
  readonly image?: {
    readonly dims?: number;
    /** The only picture size that the model reads, if its file fixes one. */
    readonly reads?: Partial<PictureSize>;
    /**
     * The outputs the model can give. One vector per picture: `embedding` and `pre-projection`. One vector per token: `hidden`
     * (last_hidden_state in Transformers), `hidden.0` (hidden_states[0]) and on, `patch-embedding` and `query-embedding` (tokens
     * in the space of `embedding`), `latent` (of an autoencoder).
     */
    readonly layers: readonly string[];
    /** Numbers per vector of each layer, if known; `dims` belongs to `embedding`. */
    readonly layerDims?: Readonly<Record<string, number>>;
    /** Whether the weight of the model's own projection can be read. */
    readonly projection: boolean;
  };
  readonly text?: { readonly dims?: number; readonly contextLength?: number };
  /** Present if the model can turn latents back into pictures; `channels` numbers per latent. */
  readonly decoder?: { readonly channels?: number };
}

/** What a LoRA was trained from, and how well it did. It is written beside its weights. */
export interface AdapterOrigin {
  /** The model whose projection it adapts; absent if it adapts the identity. `hash` is that of its weights. */
  readonly encoder?: { readonly id: string; readonly title: string; readonly hash: string };
  /** The categories that it learned, each with its number of pictures. */
  readonly categories: readonly { readonly name: string; readonly pictures: number }[];
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A LoRA, read and checked; its tensors are small. */
export interface AdapterRef {
  readonly kind: 'adapter';
  readonly id: string;
  /** sha256 of the weights file. */
  readonly hash: string;
  readonly format: 'peft' | 'kohya';
  /** The layer it was trained for: `visual_projection`. */
  readonly target: string;
  readonly rank: number;
  /** alpha / r, or alpha / sqrt(r) with rsLoRA: the factor on B A at strength 1. */
  readonly scaling: number;
  /** r x in. */
  readonly a: F32;
  /** out x r. */
  readonly b: F32;
  /** DoRA's magnitudes, out; absent for plain LoRA. */
  readonly magnitude?: F32;
  /** Known of those that Patchbay trained. */
  readonly origin?: AdapterOrigin;
}

/** How a classifier was made: `linear-probe` is multinomial logistic regression, `prototypes` are means of unit vectors. */
export const CLASSIFIER_METHODS = ['linear-probe', 'prototypes'] as const;
export type ClassifierMethod = (typeof CLASSIFIER_METHODS)[number];

/** What a classifier learned from. */
export interface Learned {
  /** The number of items of each category that it learned from, in the order of the categories. */
  readonly counts: readonly number[];
  /** How many items were held out to judge it, and the share of them that it gets right. */
  readonly heldOut?: { readonly count: number; readonly accuracy: number };
  /** The params of its training, by name. */
  readonly params: Readonly<Record<string, number | boolean>>;
}

/**
 * Sorts vectors into categories: the probabilities of a vector x are softmax(scale * weights x + bias).
 * {@link probabilitiesOf} computes them.
 */
export interface Classifier {
  readonly kind: 'classifier';
  readonly method: ClassifierMethod;
  /** C names, each once. */
  readonly categories: readonly string[];
  /** C x D. */
  readonly weights: F32;
  /** C. */
  readonly bias: F32;
  /** The inverse of the temperature. */
  readonly scale: number;
  /** Whether vectors are scaled to length 1 first. */
  readonly unit: boolean;
  /** The space of the vectors that it learned from. */
  readonly space: Space;
  /** sha256 of its numbers, its categories and its space: equal classifiers have the same hash. */
  readonly hash: string;
  readonly learned: Learned;
}

/** The content of one table cell. */
export type Cell = string | number | boolean | null;

/** Named, typed columns and rows of cells. */
export interface Table {
  readonly kind: 'table';
  readonly columns: readonly {
    readonly key: string;
    readonly title: string;
    readonly type: 'text' | 'number' | 'boolean';
    /**
     * What files and collections keep the cells as: whole numbers of 64 bits, as texts where a number cannot hold all their digits, or
     * moments in UTC, as ISO 8601 with up to 6 decimals of seconds.
     */
    readonly exact?: 'integer' | 'time';
  }[];
  readonly rows: readonly (readonly Cell[])[];
  /** The picture or text that each row is about, if rows are about such. */
  readonly items?: readonly Item[];
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

/** One line of a curve view. */
export interface CurveSeries {
  readonly name: string;
  /** (x, y), in the order in which they are joined. A number that is not finite leaves a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn dashed, as values of held-out items are. */
  readonly dashed?: true;
}

/** A picture or text in a cell of a confusion view. */
export interface ConfusedPicture {
  readonly item: Item;
  /** Row and column of its cell. */
  readonly truth: number;
  readonly predicted: number;
  /** Score of the prediction, if known. */
  readonly score?: number;
}

/** One fact about every item of a map, to colour it by. */
export interface MapColumn {
  readonly title: string;
  /** The names that the numbers of the column stand for, if they are places in this list. */
  readonly names?: readonly string[];
}

/** One patch of one picture. All numbers count from 1, like the params of a node. */
export interface PickedPatch {
  readonly picture: number;
  readonly row: number;
  readonly column: number;
}

/** Values for the patches of pictures. Each picture has P = rows x columns patches, row by row from the top left. */
export type PatchMaps = {
  /** N pictures. */
  readonly items: readonly ImageItem[];
  readonly rows: number;
  readonly columns: number;
  /** See {@link Tokens}. */
  readonly preprocess?: PreprocessSpec;
} & (
  | {
      /** One number per patch: how similar it is to each of Q queries. */
      readonly shows: 'heat';
      readonly metric: 'cosine';
      /** The queries that the patches are compared with. Empty if a patch was picked; then Q is 1. */
      readonly queries: readonly Item[];
      readonly picked?: PickedPatch;
      /** N x QP: each row holds the picture's map for the first query, then for the second, and so on. */
      readonly tensor: F32;
      /** Smallest and largest number of each query. */
      readonly ranges: readonly (readonly [number, number])[];
    }
  | {
      /** One colour per patch. */
      readonly shows: 'colors';
      /** N x 3P: red, green and blue of each patch, from 0 to 1. */
      readonly tensor: F32;
    }
);

/**
 * A result for people to look at. The editor draws it, the command line prints it. `encoder` is the title of the encoder whose
 * vectors it comes from.
 */
export type View = { readonly kind: 'view'; readonly title?: string; readonly encoder?: string } & (
  | {
      readonly view: 'gallery';
      readonly items: readonly ImageItem[];
      readonly total: number;
      readonly skipped: readonly Skipped[];
    }
  /** `total` counts all matches of the result, of which the view may hold only the first. */
  | { readonly view: 'matches'; readonly matches: Matches; readonly total?: number }
  /** `total` counts all items of the result, `totalBars` all bars of the item that has most. */
  | {
      readonly view: 'bars';
      readonly groups: readonly BarGroup[];
      readonly metric?: string;
      readonly total?: number;
      readonly totalBars?: number;
    }
  /** `total` counts all rows of the result, `totalColumns` all columns. */
  | {
      readonly view: 'table';
      readonly table: Table;
      readonly total: number;
      readonly totalColumns?: number;
    }
  | {
      readonly view: 'heatmap';
      readonly rows: readonly Item[];
      readonly columns: readonly Item[];
      readonly tensor: F32;
      /** How many items the result has on each side, if the view has only the first ones. */
      readonly total?: number;
    }
  | ({ readonly view: 'patches' } & PatchMaps)
  /** Lines over one pair of axes; `x` and `y` are their titles. `total` counts all points of the result. */
  | {
      readonly view: 'curve';
      readonly x: string;
      readonly y: string;
      readonly series: readonly CurveSeries[];
      readonly total?: number;
    }
  /**
   * How often each true category was predicted as each category, as in scikit-learn: rows are true, columns predicted. The column of
   * pictures without prediction is the number of categories. `total` counts all pictures, of which the view may hold only the first.
   */
  | {
      readonly view: 'confusion';
      readonly categories: readonly string[];
      /** Cells with pictures, row by row. */
      readonly cells: readonly (readonly [truth: number, predicted: number, count: number])[];
      readonly pictures: readonly ConfusedPicture[];
      readonly total: number;
    }
  /**
   * Items as points of a plane. `tensor` is N x (2 + C): the place of each item, x to the right and y upwards, then one number for each
   * of `columns`. A number that is not known is NaN. `total` counts all items of the result.
   */
  | {
      readonly view: 'map';
      readonly items: readonly Item[];
      readonly columns: readonly MapColumn[];
      readonly tensor: F32;
      readonly total: number;
      readonly skipped: readonly Skipped[];
    }
  /** `moves`: the id by which the files can be moved back, if they were moved. */
  | {
      readonly view: 'file';
      readonly path: string;
      readonly bytes: number;
      readonly files: number;
      readonly moves?: string;
    }
);

/** The type of value behind each port type. */
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
  classifier: Classifier;
  table: Table;
  metrics: Metrics;
  view: View;
}

/** The name of a port type; also the `kind` of its value. */
export type PortType = keyof PortValues;

/** Any value that can travel along an edge. */
export type PortValue = PortValues[PortType];

/** All port types, in the order a workflow usually uses them. */
export const PORT_TYPES = [
  'images',
  'pixels',
  'texts',
  'labels',
  'encoder',
  'adapter',
  'classifier',
  'embeddings',
  'tokens',
  'similarity',
  'matches',
  'table',
  'metrics',
  'view',
] as const satisfies readonly PortType[];
