import type { Said } from './messages.ts';
import type { Ops } from './ops.ts';
import type { F32, HostTensor } from './tensor.ts';
import type {
  AdapterRef,
  Embeddings,
  EncoderRef,
  ImageItem,
  Images,
  Pixels,
  Precision,
  Skipped,
  Texts,
  Tokens,
  View,
} from './values.ts';

/** Reports how far a loop is; `total` where it is known. */
export type OnProgress = (done: number, total?: number) => void;

/** What long work is given: a way to stop and a way to say how far it is. */
export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Receives what the user should know although the work goes on. */
  readonly onWarn?: (message: Said) => void;
}

/** A decoded picture: height x width x 3 bytes (red, green, blue), rows from the top. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A batch of realised pictures. */
export interface PixelBatch {
  /** n x 3 x H x W float32. */
  readonly tensor: F32;
  readonly items: readonly ImageItem[];
}

/** Pictures: finding, reading, realising. The only place where pixels exist. */
export interface ImageService {
  /** @throws PatchbayError `image.not-found`, `image.unreadable`. */
  file(path: string): Promise<ImageItem>;
  /** Pictures of a folder in path order; files that are no pictures are not listed, broken links are skipped with a reason. */
  folder(
    path: string,
    options: {
      readonly recursive: boolean;
      readonly glob?: string;
      readonly limit?: number;
      readonly labels: boolean;
      readonly signal: AbortSignal;
      /** Receives a message about files of kinds that are not read. */
      readonly onWarn?: (message: Said) => void;
    },
  ): Promise<Images>;
  /** Fetches to an asset; refuses what is no picture, too large, or not on the public internet. */
  url(url: string, options: { readonly signal: AbortSignal }): Promise<ImageItem>;
  /** Keeps a picture a node made as a PNG asset, under a name for people; equal pictures are kept once. */
  keep(
    picture: RgbPicture,
    as: { readonly name: string; readonly path?: string; readonly label?: string },
  ): Promise<ImageItem>;
  /** Changes when the file, or any picture of the folder, changes. Never throws: what is missing has a fingerprint too. */
  fingerprint(
    path: string,
    options?: { readonly recursive?: boolean; readonly glob?: string },
  ): Promise<string>;
  /** Realises pixels batch by batch, decoding ahead; a picture that cannot be read goes to `onSkip` and costs only itself. */
  batches(
    pixels: Pixels,
    options: {
      readonly batchSize: number;
      /** Most pictures of a height and width that one batch may hold, where that is fewer. */
      readonly atOnce?: (size: readonly [height: number, width: number]) => number;
      readonly signal: AbortSignal;
      readonly onSkip: (skipped: Skipped) => void;
    },
  ): AsyncIterable<PixelBatch>;
  /** Mean and population standard deviation of each channel in 0..1 over all pixels, streamed; EXIF and sizes as `spec` says. */
  statistics(
    pixels: Pixels,
    options: WorkOptions & { readonly onSkip: (skipped: Skipped) => void },
  ): Promise<{
    readonly mean: readonly number[];
    readonly std: readonly number[];
    readonly images: number;
    readonly pixels: number;
  }>;
  /** The picture as a file's bytes: unchanged, or as PNG or JPEG within `maxEdge`. */
  export(
    item: ImageItem,
    options: { readonly format: 'original' | 'png' | 'jpeg'; readonly maxEdge?: number },
  ): Promise<{
    readonly bytes: Uint8Array;
    readonly extension: string;
  }>;
}

/** Models: finding them and running their towers. */
export interface EncoderService {
  /**
   * `auto` takes the variant that suits the device.
   * @throws PatchbayError `model.not-found`, `model.invalid`, `model.no-precision`.
   */
  open(id: string, precision?: Precision | 'auto'): Promise<EncoderRef>;
  /** Changes when the model's files change, or other ones are meant. Never throws. */
  fingerprint(id: string, precision?: Precision | 'auto'): Promise<string>;
  /** N x D; batch by batch, with the per-item cache behind it. Items that cannot be read are left out and listed. */
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
  /** A layer of one vector a token, N x T x D, with the patch grid; `hidden` (for an autoencoder `latent`) where none is named. */
  tokens(
    encoder: EncoderRef,
    source: Images | Pixels,
    options: WorkOptions & { readonly batchSize: number; readonly exif?: boolean; readonly layer?: string },
  ): Promise<Tokens>;
  /** The pictures that latents are of, in order, a batch at a time. @throws PatchbayError `encode.no-decoder`, `encode.latents`. */
  decodeLatents(
    encoder: EncoderRef,
    tokens: Tokens,
    options: WorkOptions & { readonly batchSize: number },
  ): AsyncIterable<{ readonly item: ImageItem; readonly picture: RgbPicture }>;
  /** The model's own projection weight, out x in, or null where it has none that can be read. */
  projection(encoder: EncoderRef): Promise<F32 | null>;
}

/** LoRA adapters. */
export interface AdapterService {
  /** @throws PatchbayError `adapter.*` with a sentence for a wrong prefix, shape, base or file. */
  load(path: string): Promise<AdapterRef>;
  fingerprint(path: string): Promise<string>;
  /**
   * The adapted weight, out x in: W + strength * scaling * B A; with DoRA its rows rescaled to the magnitudes.
   * @throws PatchbayError `adapter.other-base` when it was made for another weight.
   */
  merge(weight: F32, adapter: AdapterRef, strength: number): Promise<F32>;
}

/** Files of a run: read where allowed, written whole or not at all under the run's output folder. */
export interface FileService {
  /** Writes `name` (a relative path) under the output folder and gives its absolute path. */
  write(
    name: string,
    data: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ readonly path: string; readonly bytes: number }>;
  /** Writes an N x D matrix. Safetensors also carries `metadata`. */
  writeMatrix(
    name: string,
    format: 'npy' | 'safetensors',
    tensor: F32,
    metadata: Readonly<Record<string, string>>,
  ): Promise<{ readonly path: string; readonly bytes: number }>;
  /** Reads an N x D matrix written by anyone; the metadata of `x.npy` are the strings of `x.npy.json`. @throws PatchbayError `file.invalid` with a sentence. */
  readMatrix(path: string): Promise<{
    readonly tensor: HostTensor<'float32'>;
    readonly metadata: Readonly<Record<string, string>>;
    readonly hash: string;
  }>;
  /** Changes when the file changes. Never throws. */
  fingerprint(path: string): Promise<string>;
}

/** All a node may touch. Nothing else of the world is imported by a node. */
export interface NodeContext {
  readonly nodeId: string;
  readonly signal: AbortSignal;
  readonly ops: Ops;
  readonly images: ImageService;
  readonly encoders: EncoderService;
  readonly adapters: AdapterService;
  readonly files: FileService;
  readonly progress: OnProgress;
  /** Tells the user something although the node goes on: a message, or a plain sentence. */
  warn(message: Said): void;
  /** Shows a first look while the node still works. Dropped where nobody watches. */
  preview(view: View): void;
}

/** The part of the context that fingerprints may use. */
export type FingerprintContext = Pick<NodeContext, 'images' | 'encoders' | 'adapters' | 'files'>;
