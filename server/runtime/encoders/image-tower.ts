import {
  type F32,
  type HostTensor,
  noImageTower,
  PatchbayError,
  type PixelBatch,
  type PreprocessSpec,
  type Said,
  type TensorHandle,
} from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';
import { familyNamed, hasClassToken, takesFirstToken } from '../models/families.ts';
import type { ImageLayer, ImageTower, ModelEntry } from '../models/model-entry.ts';
import { inspectSource } from '../models/structure/tower-facts.ts';
import { extractPart, PART } from '../onnx/extract.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';
import { type States, toLatents, toModelPrecision, toStates, toVectors } from './conversions.ts';
import { checkPatches, checkSize, picturesAtOnce } from './picture-size.ts';
import { openTower, otherFeeds, type TowerOutline } from './tower-session.ts';

const USUAL_SIDE = 224;

/** Options of a runner. */
export interface RunnerOptions {
  /** The hash of the model's weights. */
  readonly hash: string;
  readonly onWarn?: (message: Said) => void;
}

/** Runs the image tower of a model, batch by batch. */
export class ImageTowerRunner {
  readonly #pool: SessionPool;
  readonly #entry: ModelEntry;
  readonly #tower: ImageTower;
  readonly #options: RunnerOptions;

  /** @throws PatchbayError `encoder.no-image-tower` when the model reads no pictures */
  constructor(pool: SessionPool, entry: ModelEntry, options: RunnerOptions) {
    if (!entry.image) throw new PatchbayError(noImageTower(entry));
    this.#pool = pool;
    this.#entry = entry;
    this.#tower = entry.image;
    this.#options = options;
  }

  /**
   * The number of pictures in a batch: fixed by the graph; or 1 if pictures of a batch affect each other's numbers; or
   * `wanted`.
   */
  batchSize(wanted: number): number {
    const { input, facts } = this.#tower;
    return input.dims[0] ?? (facts.batchQuantized ? 1 : Math.max(1, wanted));
  }

  /** The most pictures of height x width that memory allows in a batch. A fixed batch size of the graph always counts. */
  atOnce(size: readonly [height: number, width: number]): number {
    return this.#tower.input.dims[0] ?? picturesAtOnce(this.#tower, size);
  }

  /** The default layer of tokens. */
  get tokenLayer(): string {
    return this.#tower.layers.latent ? 'latent' : 'hidden';
  }

  /**
   * n x D vectors of a layer on the host. It releases the batch.
   * @throws PatchbayError `encode.no-vector-layer`, `encode.layer-of-tokens`
   */
  async vectors(batch: PixelBatch, layer: string): Promise<HostTensor<'float32'>> {
    return (await this.#vectors(batch, layer)).tensor;
  }

  async #vectors(batch: PixelBatch, layer: string) {
    const found = this.#layer(layer, 'vector');
    const { tokens } = familyNamed(this.#entry.family).image;
    const pooling: TowerOutline['pooling'] = tokens === 'mean' ? 'mean' : 'cls';
    let rank = 0;
    const tensor = await this.#run(batch, found, (output, pixels) => {
      rank = output.dims.length;
      if (pooling === 'cls') this.#checkFirstToken(output.dims, pixels);
      return toVectors(this.#pool, output, pooling);
    });
    return { tensor, value: found.value, rank: rank as TowerOutline['rank'], pooling };
  }

  /**
   * n x T x D vectors of a layer of tokens on the host. It releases the batch.
   * @throws PatchbayError `encode.no-token-layer`, `encode.layer-of-vectors`
   */
  async states(batch: PixelBatch, layer: string): Promise<States> {
    const found = this.#layer(layer, 'tokens');
    let map: States['map'];
    const tensor = await this.#run(batch, found, async (output) => {
      const { latents } = this.#tower;
      const states = await (found.form === 'latents' && latents
        ? toLatents(this.#pool, output, latents)
        : toStates(this.#pool, output));
      map = states.map;
      return found.through ? this.#through(states.tensor, found.through) : states.tensor;
    });
    return { tensor, ...(map && { map }) };
  }

  /** The vector size of a layer: from the file or the config, else from encoding a blank picture. */
  async dims(layer: string, spec: PreprocessSpec | undefined): Promise<number> {
    const known = this.#layer(layer, 'vector').dims;
    return known ?? (await this.vectors(this.blank(spec), layer)).dims[1]!;
  }

  /**
   * Where the vectors of a layer are in the graph. It encodes one black picture in the size that `spec` gives, so it also refuses what
   * the tower cannot read. @throws PatchbayError as {@link vectors} does
   */
  async outline(layer: string, spec: PreprocessSpec): Promise<TowerOutline> {
    const { tensor, ...found } = await this.#vectors(this.blank(spec), layer);
    return { ...found, dims: tensor.dims[1] ?? 0 };
  }

  /** One black picture, in the size that `spec` gives. */
  blank(spec: PreprocessSpec | undefined): PixelBatch {
    const [count, , height, width] = this.#tower.input.dims;
    const [usualHeight, usualWidth] = outputSize(spec);
    const dims = [count ?? 1, 3, height ?? usualHeight, width ?? usualWidth];
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    return { tensor: hostTensor({ dtype: 'float32', dims, data }), items: [] };
  }

  /** @throws PatchbayError `encode.no-class-token` where token 0 belongs to a patch */
  #checkFirstToken([, tokens, ...dims]: readonly number[], pixels: readonly number[]): void {
    if (dims.length !== 1 || tokens === 1) return;
    const found = hasClassToken(pixels.slice(2), tokens, this.#tower.patchSize);
    if (takesFirstToken(familyNamed(this.#entry.family), found)) return;
    throw new PatchbayError(encoderMessage('encode.no-class-token', { model: this.#entry.title }));
  }

  #layer(layer: string, kind: 'vector' | 'tokens'): ImageLayer {
    const { layers } = this.#tower;
    const found = Object.hasOwn(layers, layer) ? layers[layer] : undefined;
    if (found && (found.form === 'vector') === (kind === 'vector')) return found;
    const all = Object.keys(layers);
    const names = all.filter((name) => (layers[name]?.form === 'vector') === (kind === 'vector'));
    const model = this.#entry.id;
    const choice = { model, layer, layers: names.length > 0 ? names : all };
    const message = {
      vector: found
        ? encoderMessage('encode.layer-of-tokens', { model, layer })
        : encoderMessage('encode.no-vector-layer', choice),
      tokens: found
        ? encoderMessage('encode.layer-of-vectors', { model, layer })
        : encoderMessage('encode.no-token-layer', choice),
    };
    throw new PatchbayError({ ...message[kind], expected: names.join(' | '), got: layer });
  }

  async #run(
    batch: PixelBatch,
    layer: ImageLayer,
    read: (output: TensorHandle, pixels: readonly number[]) => Promise<HostTensor<'float32'>>,
  ): Promise<HostTensor<'float32'>> {
    const count = batch.tensor.dims[0]!;
    const held: TensorHandle[] = [batch.tensor];
    const hold = <T extends TensorHandle>(tensor: T): T => {
      held.push(tensor);
      return tensor;
    };
    try {
      checkSize(this.#entry, batch.tensor.dims);
      const { session, output } = await openTower(
        this.#pool,
        this.#tower.source,
        layer,
        this.#options.onWarn,
      );
      const whole = hold(await this.#filledUp(batch.tensor));
      const pixels = hold(await toModelPrecision(this.#pool, whole, this.#tower.input.dtype));
      const feeds = { ...otherFeeds(this.#tower, whole.dims), [this.#tower.input.name]: pixels };
      const found = hold((await session.run(feeds, { fetches: [output] }))[output]!);
      checkPatches(this.#entry, whole.dims, found.dims);
      const result = await read(found, whole.dims);
      const rest = result.dims.slice(1);
      const data = result.data.subarray(0, count * rest.reduce((product, dim) => product * dim, 1));
      return { dtype: 'float32', dims: [count, ...rest], data };
    } finally {
      for (const tensor of new Set(held)) tensor.release();
    }
  }

  /** Applies the part of the graph that follows the class token to every token. */
  async #through(
    states: HostTensor<'float32'>,
    { from, to, token }: NonNullable<ImageLayer['through']>,
  ): Promise<HostTensor<'float32'>> {
    const { source } = this.#tower;
    const path = source.kind === 'file' ? source.path : undefined;
    const part = () => extractPart(inspectSource(source), { from, to, each: token, path });
    // Runs on the CPU, which has every operator. This part is about a thousandth of the tower's work.
    const session = await this.#pool.graph(`${from} to ${to} of ${this.#options.hash}`, part, {
      provider: 'cpu',
    });
    const { [PART.output]: y } = await session.run({ [PART.input]: hostTensor(states) }, { host: true });
    const { data, dims } = (await y!.toHost()) as HostTensor<'float32'>;
    return { dtype: 'float32', dims: [...states.dims.slice(0, 2), dims.at(-1)!], data };
  }

  /** Fills a batch with black pictures up to the size that the graph fixes. */
  async #filledUp(tensor: F32): Promise<F32> {
    const fixed = this.#tower.input.dims[0];
    const count = tensor.dims[0]!;
    if (fixed === null || fixed === undefined || fixed === count) return tensor;
    const { data, dims } = await tensor.toHost();
    const all = new Float32Array((data.length / count) * fixed);
    all.set(data);
    return hostTensor({ dtype: 'float32', dims: [fixed, ...dims.slice(1)], data: all });
  }
}

/** The height and width of prepared pictures, if the spec states them. */
function outputSize(spec: PreprocessSpec | undefined): readonly [number, number] {
  let size: readonly [number, number] = [USUAL_SIDE, USUAL_SIDE];
  for (const step of spec?.steps ?? []) {
    if (step.op === 'crop' || (step.op === 'resize' && step.mode === 'exact'))
      size = [step.height, step.width];
    else if (step.op === 'resize' && step.mode === 'shortest') size = [step.size, step.size];
  }
  return size;
}
