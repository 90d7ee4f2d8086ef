import type { CollectionService, ParquetContent } from './collections.ts';
import type { Said } from './messages.ts';
import type { Ops } from './ops.ts';
import type { F32, HostTensor } from './tensor.ts';
import type { LoraJob, TrainedLora, TrainingPoint } from './training.ts';
import type {
  AdapterRef,
  Classifier,
  Embeddings,
  EncoderRef,
  ImageItem,
  Images,
  PictureSize,
  Pixels,
  Precision,
  PreprocessSpec,
  Skipped,
  Texts,
  Tokens,
  View,
} from './values.ts';
import type { OnProgress, WorkOptions } from './work.ts';

/** A decoded picture: height x width x 3 bytes (red, green, blue), rows from the top. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** The size in the file, if it was decoded at a reduced size. */
  readonly full?: PictureSize;
}

/** A batch of prepared pictures. */
export interface PixelBatch {
  /** n x 3 x H x W float32. */
  readonly tensor: F32;
  readonly items: readonly ImageItem[];
}

/** See {@link ImageService.folder}. */
export type LabelFolder = 'nearest' | 'top' | 'second';

/** Finds, reads and prepares pictures. Only this service handles pixels. */
export interface ImageService {
  /** @throws PatchbayError `image.not-found`, `image.unreadable`. */
  file(path: string): Promise<ImageItem>;
  /** Pictures of a folder, in path order. It ignores other files and lists broken links in `skipped`. */
  folder(
    path: string,
    options: {
      readonly recursive: boolean;
      readonly glob?: string;
      readonly limit?: number;
      readonly labels: boolean;
      /** The folder that names a picture's label: the topmost one, the one it lies in, or the second one. Default `top`. */
      readonly labelFolder?: LabelFolder;
      /** Also reads the folders that programs keep for themselves, such as thumbnails and deleted files. Default false. */
      readonly housekeeping?: boolean;
      readonly signal: AbortSignal;
      /** Receives a message about files of formats that Patchbay does not read. */
      readonly onWarn?: (message: Said) => void;
    },
  ): Promise<Images>;
  /** Downloads a picture as an asset. It refuses other files, large files, and addresses outside the public internet. */
  url(url: string, options: { readonly signal: AbortSignal }): Promise<ImageItem>;
  /** Stores a picture that a node made, as a PNG asset. Equal pictures are stored once. `name` is for people. */
  keep(
    picture: RgbPicture,
    as: { readonly name: string; readonly path?: string; readonly label?: string },
  ): Promise<ImageItem>;
  /**
   * A text that changes when the file, or any picture of the folder, changes. A missing file has one too. Never throws.
   */
  fingerprint(
    path: string,
    options?: { readonly recursive?: boolean; readonly glob?: string; readonly housekeeping?: boolean },
  ): Promise<string>;
  /** The sha256 of each picture's file; undefined where it cannot be read. Files that were hashed before are not read again. */
  hashes(
    items: readonly ImageItem[],
    options: { readonly signal: AbortSignal },
  ): Promise<readonly (string | undefined)[]>;
  /** Prepares pictures batch by batch and decodes ahead. A picture that cannot be read goes to `onSkip`; the others continue. */
  batches(
    pixels: Pixels,
    options: {
      readonly batchSize: number;
      /** Limits a batch further, by the height and width of its pictures. */
      readonly atOnce?: (size: readonly [height: number, width: number]) => number;
      readonly signal: AbortSignal;
      readonly onSkip: (skipped: Skipped) => void;
    },
  ): AsyncIterable<PixelBatch>;
  /**
   * The mean and population standard deviation of each channel (0 to 1) over all pixels. `spec` sets EXIF rotation and
   * sizes.
   */
  statistics(
    pixels: Pixels,
    options: WorkOptions & { readonly onSkip: (skipped: Skipped) => void },
  ): Promise<{
    readonly mean: readonly number[];
    readonly std: readonly number[];
    readonly images: number;
    readonly pixels: number;
  }>;
  /** The picture as bytes of a file: unchanged, or as PNG or JPEG with its longest edge within `maxEdge`. */
  export(
    item: ImageItem,
    options: { readonly format: 'original' | 'png' | 'jpeg'; readonly maxEdge?: number },
  ): Promise<{
    readonly bytes: Uint8Array;
    readonly extension: string;
  }>;
}

/** What an exported model answers about a picture or a text: its vector, probabilities of categories, or the nearest items of a gallery. */
export type OnnxAnswer =
  | { readonly kind: 'vector' }
  | {
      readonly kind: 'categories';
      readonly names: readonly string[];
      /** C x D. */
      readonly weights: F32;
      /** C numbers, or one for all. */
      readonly bias: F32;
      readonly scale: number;
      /** Whether vectors are scaled to length 1 first. */
      readonly unit: boolean;
      readonly activation: 'softmax' | 'sigmoid';
      /** A picture gets no label if its best category is less probable than this. */
      readonly minimum: number;
    }
  | {
      readonly kind: 'matches';
      readonly names: readonly string[];
      /** N x D, unit vectors. */
      readonly gallery: F32;
      readonly k: number;
    };

/** What to export; see {@link EncoderService.exportOnnx}. */
export interface OnnxExport {
  readonly takes: 'picture' | 'text';
  /** Of pictures; texts have one only. */
  readonly layer: string;
  /** Multiplied with the vectors of the layer: out x in, such as an adapted projection. */
  readonly weight?: F32;
  /** Whether vectors are then scaled to length 1. */
  readonly unit?: boolean;
  /** How to prepare pictures, if not as the model says. */
  readonly preprocess?: PreprocessSpec;
  readonly answer: OnnxAnswer;
  /** Texts for other programs, by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Finds models and runs their towers. */
export interface EncoderService {
  /**
   * `auto` chooses the variant that suits the device.
   * @throws PatchbayError `model.*` if the model is missing, cannot be used, or lacks this precision
   */
  open(id: string, precision?: Precision | 'auto'): Promise<EncoderRef>;
  /** A text that changes when the model's files change, or when the id refers to other files. Never throws. */
  fingerprint(id: string, precision?: Precision | 'auto'): Promise<string>;
  /** N x D, batch by batch, with a cache per item. It lists items that cannot be read in `skipped`. */
  encodeImages(
    encoder: EncoderRef,
    source: Images | Pixels,
    options: WorkOptions & { readonly layer: string; readonly batchSize: number; readonly exif?: boolean },
  ): Promise<Embeddings>;
  encodeTexts(
    encoder: EncoderRef,
    texts: Texts,
    options: WorkOptions & { readonly batchSize: number },
  ): Promise<Embeddings>;
  /** A layer with one vector per token, N x T x D, with the patch grid. The default is `hidden`, or `latent` for an autoencoder. */
  tokens(
    encoder: EncoderRef,
    source: Images | Pixels,
    options: WorkOptions & { readonly batchSize: number; readonly exif?: boolean; readonly layer?: string },
  ): Promise<Tokens>;
  /** The pictures of latents, in order, batch by batch. @throws PatchbayError when the model has no decoder, or made other latents */
  decodeLatents(
    encoder: EncoderRef,
    tokens: Tokens,
    options: WorkOptions & { readonly batchSize: number },
  ): AsyncIterable<{ readonly item: ImageItem; readonly picture: RgbPicture }>;
  /**
   * The bytes of one ONNX model, piece by piece. It takes `picture`, of any size, height x width x 3 uint8, upright; or `ids`, the
   * int64 token ids of a text, not filled up. It gives what `answer` says, and needs no other file. @throws PatchbayError `export.*`, `preprocess.*`, `encode.*` for what cannot be in one graph
   */
  exportOnnx(encoder: EncoderRef, job: OnnxExport): Promise<AsyncIterable<Uint8Array>>;
  /** The weight of the model's own projection, [out, in]; null if the model has none that can be read. */
  projection(encoder: EncoderRef): Promise<F32 | null>;
}

/** LoRA adapters. */
export interface AdapterService {
  /** @throws PatchbayError `adapter.*` for a wrong file, prefix, shape or base */
  load(path: string): Promise<AdapterRef>;
  fingerprint(path: string): Promise<string>;
  /**
   * The adapted weight, out x in: W + strength * scaling * B A. With DoRA, its rows are rescaled to the magnitudes.
   * @throws PatchbayError `adapter.other-base` when the adapter was made for another weight
   */
  merge(weight: F32, adapter: AdapterRef, strength: number): Promise<F32>;
  /** An adapter from its parts. Its hash is that of the weights that {@link encode} writes. */
  make(parts: Omit<AdapterRef, 'kind' | 'hash' | 'format' | 'rank'>): Promise<AdapterRef>;
  /** The files of a PEFT folder by name, as `PeftModel.from_pretrained` reads it. */
  encode(adapter: AdapterRef): Promise<Readonly<Record<string, Uint8Array>>>;
}

/** Trains on vectors. All numbers are computed by ONNX graphs on the device of the run. */
export interface TrainingService {
  /**
   * Trains a LoRA of a projection. `onPoint` gets every moment of the history when it is known.
   * @throws PatchbayError `training.not-finite` when the loss is no number any more; CancelledError
   */
  lora(
    job: LoraJob,
    options: WorkOptions & { readonly onPoint?: (point: TrainingPoint) => void },
  ): Promise<TrainedLora>;
}

/** Vectors with the position of each one's category. */
export interface Targets {
  /** N x D. */
  readonly vectors: F32;
  /** N positions. */
  readonly targets: readonly number[];
}

/** A logistic regression to compute; see {@link ClassifierService.logistic}. */
export interface LogisticJob extends Targets {
  readonly categories: number;
  /** The inverse strength of the penalty, as C in scikit-learn. */
  readonly c: number;
  /** How much each category counts; 1 for all if absent. */
  readonly categoryWeights?: readonly number[];
  /** The most steps. */
  readonly steps: number;
  /** Vectors to judge each step with. */
  readonly heldOut?: Targets;
}

/** How well a logistic regression fits after some steps. Losses are means of -log(probability of the category). */
export interface LogisticPoint {
  readonly step: number;
  readonly loss: number;
  /** Share of the vectors whose category is the most probable one. */
  readonly accuracy: number;
  readonly heldOutLoss?: number;
  readonly heldOutAccuracy?: number;
}

/** A logistic regression: the probabilities of x are softmax(weights x + bias). */
export interface LogisticFit {
  /** C x D. */
  readonly weights: F32;
  /** C; its numbers add up to 0. */
  readonly bias: F32;
  readonly steps: number;
  /** The largest number of the gradient of the mean loss at the end. */
  readonly slope: number;
  /** Whether the slope became small enough before the steps ended. */
  readonly converged: boolean;
  /** One point before the first step, and one after each. */
  readonly history: readonly LogisticPoint[];
}

/** Trains, writes and reads classifiers. */
export interface ClassifierService {
  /**
   * Multinomial logistic regression with an L2 penalty, as scikit-learn's `LogisticRegression`, by a deterministic second-order
   * method on the device of the run. `onPoint` gets each point of the history.
   * @throws CancelledError
   */
  logistic(
    job: LogisticJob,
    options: WorkOptions & { readonly onPoint?: (point: LogisticPoint) => void },
  ): Promise<LogisticFit>;
  /** Gives a classifier its hash. */
  identify(parts: Omit<Classifier, 'hash'>): Promise<Classifier>;
  /** The bytes of a file: safetensors with everything, or an ONNX model from `vectors` (n x D) to `probabilities` (n x C). */
  encode(classifier: Classifier, format: 'safetensors' | 'onnx'): Promise<Uint8Array>;
  /** Reads what {@link encode} wrote as safetensors. @throws PatchbayError `classifier.*`, `file.*`, `safetensors.*` */
  load(path: string): Promise<Classifier>;
  /** A text that changes when the file changes. Never throws. */
  fingerprint(path: string): Promise<string>;
}

/**
 * Reads files where this is allowed, and writes files below the run's output folder, or at an absolute path where that is
 * allowed. A file is written whole or not at all.
 */
export interface FileService {
  /** Writes `name`, made with `outputName`, and returns its absolute path. A file of somebody else is not replaced. */
  write(
    name: string,
    data: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ readonly path: string; readonly bytes: number }>;
  /**
   * Moves the file of a picture to `name`, made with `outputName`. If a file has this name, the picture gets a number. The move can
   * be undone by the id in `moves`. Undefined if the picture is no file of the user, such as a sample or a link.
   * @throws PatchbayError `moves.not-here` on a server that others use too
   */
  move(
    item: ImageItem,
    name: string,
  ): Promise<{ readonly path: string; readonly bytes: number; readonly moves: string } | undefined>;
  /** Writes an N x D matrix. Safetensors also carries `metadata`. */
  writeMatrix(
    name: string,
    format: 'npy' | 'npz' | 'safetensors',
    tensor: F32,
    metadata: Readonly<Record<string, string>>,
  ): Promise<{ readonly path: string; readonly bytes: number }>;
  /** Writes a Parquet file. @throws PatchbayError `collection.no-engine` where DuckDB cannot be loaded */
  writeParquet(
    name: string,
    content: ParquetContent,
  ): Promise<{ readonly path: string; readonly bytes: number }>;
  /**
   * Reads an N x D matrix from any program: .npy, .npz, .safetensors, .parquet, .csv, .tsv, .jsonl, or a folder that clip-retrieval
   * wrote. `x.npy.json` holds the metadata of `x.npy`. @throws PatchbayError `file.*`, `parquet.*`, `clip-retrieval.*`
   */
  readMatrix(path: string): Promise<{
    readonly tensor: HostTensor<'float32'>;
    readonly metadata: Readonly<Record<string, string>>;
    readonly hash: string;
    /** The other columns, with a row for each vector. */
    readonly table?: Pick<ParquetContent, 'columns' | 'rows'>;
  }>;
  /** Reads a table from any program: .parquet, .csv, .tsv or .jsonl. @throws PatchbayError `file.*`, `table-file.format`, `parquet.unreadable` */
  readTable(path: string): Promise<Pick<ParquetContent, 'columns' | 'rows'>>;
  /** A text that changes when the file changes. Never throws. */
  fingerprint(path: string): Promise<string>;
}

/** What a label set says about one picture. */
export interface PictureLabel {
  /** The name of its category; absent if it has none. */
  readonly category?: string;
  /** The names of the categories that a person ruled out for it. */
  readonly not: readonly string[];
}

/** A label set: which category a person, a folder or a model gave to pictures. */
export interface LabelSetContent {
  readonly name: string;
  /** The names of its categories, in their order. */
  readonly categories: readonly string[];
  /** By the sha256 of the picture file; see {@link ImageService.hashes}. */
  readonly labels: ReadonlyMap<string, PictureLabel>;
}

/** Reads label sets. */
export interface LabelService {
  /**
   * The set with this name in the data folder, or the one in a `.json` file.
   * @throws PatchbayError `labels.not-found`, `labels.file-not-found`, `labels.unreadable`, `file.forbidden`
   */
  read(set: string): Promise<LabelSetContent>;
  /** A text that changes when the categories or labels of the set change. A missing set has one too. Never throws. */
  fingerprint(set: string): Promise<string>;
}

/** How far apart two vectors are: 1 - their cosine, or the length of their difference. */
export type Metric = 'cosine' | 'euclidean';

/** What to find; see {@link ExploreService.nearest}. */
export interface NearestOptions extends WorkOptions {
  readonly k: number;
  readonly metric: Metric;
  /** M x D vectors to search in. Without it, each vector is compared with all others of its own set. */
  readonly among?: F32;
}

/** The nearest vectors of each of N vectors, nearest first. Of equal distances, the first vector comes first. */
export interface Neighbours {
  /** How many there are for each: fewer than asked for if there are not so many. */
  readonly k: number;
  /** N x k positions. */
  readonly indices: Int32Array;
  /** N x k, computed in float64. */
  readonly distances: Float64Array;
}

/** A map to make; see {@link ExploreService.umap}. */
export interface UmapJob {
  /** N x D. */
  readonly vectors: F32;
  /** M x D vectors to place on the map. They do not change it. */
  readonly others?: F32;
  readonly metric: Metric;
  /** How many nearest vectors count for each, itself included. Fewer count if there are fewer. */
  readonly neighbours: number;
  /** How near to each other places may be. */
  readonly minDistance: number;
  /** Numbers per place. */
  readonly dims: number;
  /** How often the places are improved; by the number of vectors if absent. */
  readonly epochs?: number;
  readonly seed: number;
}

/** Groups to find; see {@link ExploreService.kMeans}. */
export interface KMeansJob {
  /** N x D. */
  readonly vectors: F32;
  /** How many groups. */
  readonly count: number;
  readonly metric: Metric;
  /** How many random starts to try; the best one counts. */
  readonly starts: number;
  readonly seed: number;
}

/** Groups to find; see {@link ExploreService.hdbscan}. */
export interface HdbscanJob {
  /** N x D, compared by distance. More than about ten numbers each take long and separate little. */
  readonly vectors: F32;
  /** The fewest vectors of a group. */
  readonly minSize: number;
  /** How many vectors, itself included, must be near for a place to be dense; as `minSize` if absent. */
  readonly minSamples?: number;
}

/** The middle of each group; see {@link ExploreService.centers}. */
export interface GroupCenters {
  /** K x D: the mean of each group; with cosine, the direction of the mean of its unit vectors. */
  readonly centers: F32;
  /** N: the cosine of each vector with the middle of its group, or its distance to it. 0 without a group. */
  readonly near: Float64Array;
}

/** Finds neighbours, groups and maps of vectors. Results depend on the vectors and the seed only. */
export interface ExploreService {
  /** The exact k nearest vectors of each of N x D. N x N numbers never exist at once. @throws CancelledError */
  nearest(vectors: F32, options: NearestOptions): Promise<Neighbours>;
  /**
   * A map by UMAP (McInnes, Healy and Melville 2018): places near to each other for vectors near to each other. `places` is N x dims,
   * `others` M x dims. The place of one of the others depends on the map and its own vector, not on the rest of them.
   * @throws CancelledError
   */
  umap(job: UmapJob, options: WorkOptions): Promise<{ readonly places: F32; readonly others: F32 }>;
  /**
   * The group of each of N vectors by k-means, largest group first (0); spherical k-means (Dhillon and Modha 2001) with cosine. There
   * are fewer groups if there are not so many different vectors. @throws CancelledError
   */
  kMeans(job: KMeansJob, options: WorkOptions): Promise<Int32Array>;
  /**
   * The group of each of N vectors by HDBSCAN, largest group first (0), -1 for none: dense places with less dense ones between them.
   * There are as many groups as it finds. @throws CancelledError
   */
  hdbscan(job: HdbscanJob, options: WorkOptions): Promise<Int32Array>;
  /** The middle of each group, and how near to it each vector is. `group` is -1 for a vector without a group. */
  centers(vectors: F32, group: Int32Array, metric: Metric): Promise<GroupCenters>;
}

/** Everything that a node may use from outside. A node imports only the SDK. */
export interface NodeContext {
  readonly nodeId: string;
  readonly signal: AbortSignal;
  /**
   * Only for nodes with `endsEarly`: fires when the node should give the best result so far. Its `reason` is `stop` if the run then
   * goes on, and `cancel` if the run ends; `signal` fires when the run has ended without it.
   */
  readonly stop?: AbortSignal;
  readonly ops: Ops;
  readonly images: ImageService;
  readonly encoders: EncoderService;
  readonly adapters: AdapterService;
  readonly training: TrainingService;
  readonly classifiers: ClassifierService;
  readonly explore: ExploreService;
  readonly files: FileService;
  readonly labels: LabelService;
  readonly collections: CollectionService;
  readonly progress: OnProgress;
  /** Warns the user and continues. Takes a message, or a plain sentence. */
  warn(message: Said): void;
  /** Shows a preview while the node is still running. Dropped if no client watches. */
  preview(view: View): void;
}

/** The part of the context that fingerprints may use. */
export type FingerprintContext = Pick<
  NodeContext,
  'images' | 'encoders' | 'adapters' | 'classifiers' | 'files' | 'labels' | 'collections'
>;
