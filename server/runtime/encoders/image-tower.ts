import {
  type F32,
  type HostTensor,
  PatchbayError,
  type PixelBatch,
  type PreprocessSpec,
  type TensorHandle,
} from '../../../nodes/sdk/index.ts';
import { familyNamed } from '../models/families.ts';
import type { ImageLayer, ImageTower, ModelEntry } from '../models/model-entry.ts';
import { inspectSource } from '../models/structure/tower-facts.ts';
import { extractPart, PART } from '../onnx/extract.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';
import { type States, toLatents, toModelPrecision, toStates, toVectors } from './conversions.ts';
import { checkPatches, checkSize, picturesAtOnce } from './picture-size.ts';
import { openTower, otherFeeds } from './tower-session.ts';

const USUAL_SIDE = 224;

/** What a runner is told besides its model. */
export interface RunnerOptions {
  /** Hash of the model's weights. */
  readonly hash: string;
  readonly onWarn?: (message: string) => void;
}

/** Runs the image tower of a model, batch by batch. */
export class ImageTowerRunner {
  readonly #pool: SessionPool;
  readonly #entry: ModelEntry;
  readonly #tower: ImageTower;
  readonly #options: RunnerOptions;

  /** @throws PatchbayError `encoder.no-image-tower` when the model reads no pictures. */
  constructor(pool: SessionPool, entry: ModelEntry, options: RunnerOptions) {
    if (!entry.image) {
      throw new PatchbayError({
        code: 'encoder.no-image-tower',
        message: `The model ${entry.id} reads no pictures.`,
      });
    }
    this.#pool = pool;
    this.#entry = entry;
    this.#tower = entry.image;
    this.#options = options;
  }

  /**
   * Pictures a batch may hold: the model's own number where its graph fixes one, one where pictures of a batch would change each
   * other's numbers.
   */
  batchSize(wanted: number): number {
    const { input, facts } = this.#tower;
    return input.dims[0] ?? (facts.batchQuantized ? 1 : Math.max(1, wanted));
  }

  /** Pictures of height x width that memory allows in a batch; what a graph fixes is filled up in any case. */
  atOnce(size: readonly [height: number, width: number]): number {
    return this.#tower.input.dims[0] ?? picturesAtOnce(this.#tower, size);
  }

  /** The layer of tokens that is meant where none is named. */
  get tokenLayer(): string {
    return this.#tower.layers.latent ? 'latent' : 'hidden';
  }

  /**
   * n x D vectors of a layer on the host. Takes over the batch: its memory is given back.
   * @throws PatchbayError `encode.layer` for a layer that is no vector or cannot be reached.
   */
  async vectors(batch: PixelBatch, layer: string): Promise<HostTensor<'float32'>> {
    const found = this.#layer(layer, 'vector');
    const { tokens } = familyNamed(this.#entry.family).image;
    return this.#run(batch, found, (output) => toVectors(this.#pool, output, tokens));
  }

  /** n x T x D vectors of a layer of tokens on the host. Takes over the batch. @throws PatchbayError `encode.layer`. */
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

  /** Numbers a vector of a layer: what the file or config says, else what a blank picture gives. */
  async dims(layer: string, spec: PreprocessSpec | undefined): Promise<number> {
    const known = this.#layer(layer, 'vector').dims;
    return known ?? (await this.vectors(this.blank(spec), layer)).dims[1]!;
  }

  /** One black picture of the size the model is used with. */
  blank(spec: PreprocessSpec | undefined): PixelBatch {
    const [count, , height, width] = this.#tower.input.dims;
    const [usualHeight, usualWidth] = outputSize(spec);
    const dims = [count ?? 1, 3, height ?? usualHeight, width ?? usualWidth];
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    return { tensor: hostTensor({ dtype: 'float32', dims, data }), items: [] };
  }

  #layer(layer: string, kind: 'vector' | 'tokens'): ImageLayer {
    const { layers } = this.#tower;
    const found = Object.hasOwn(layers, layer) ? layers[layer] : undefined;
    if (found && (found.form === 'vector') === (kind === 'vector')) return found;
    const names = Object.keys(layers).filter(
      (name) => (layers[name]?.form === 'vector') === (kind === 'vector'),
    );
    const other = found
      ? ` ${layer} is ${kind === 'vector' ? 'a layer of tokens: use Encode tokens' : 'one vector a picture: use Encode images'}.`
      : '';
    const what = kind === 'vector' ? 'one vector a picture' : 'one vector a token';
    throw new PatchbayError({
      code: 'encode.layer',
      message: `The layer ${layer} of ${this.#entry.id} cannot be reached as ${what}: its file ${names.length > 0 ? `gives ${names.join(', ')}` : `gives no layers of that kind, only ${Object.keys(layers).join(', ')}`}.${other}`,
      expected: names.join(' | '),
      got: layer,
    });
  }

  async #run(
    batch: PixelBatch,
    layer: ImageLayer,
    read: (output: TensorHandle) => Promise<HostTensor<'float32'>>,
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
      const result = await read(found);
      const rest = result.dims.slice(1);
      const data = result.data.subarray(0, count * rest.reduce((product, dim) => product * dim, 1));
      return { dtype: 'float32', dims: [count, ...rest], data };
    } finally {
      for (const tensor of new Set(held)) tensor.release();
    }
  }

  /** Every token through the part of the model that only its class token goes through. */
  async #through(
    states: HostTensor<'float32'>,
    { from, to, token }: NonNullable<ImageLayer['through']>,
  ): Promise<HostTensor<'float32'>> {
    const { source } = this.#tower;
    const path = source.kind === 'file' ? source.path : undefined;
    const part = () => extractPart(inspectSource(source), { from, to, each: token, path });
    // The cpu has every operator, and this is a thousandth of the tower's work.
    const session = await this.#pool.graph(`${from} to ${to} of ${this.#options.hash}`, part, {
      provider: 'cpu',
    });
    const { [PART.output]: y } = await session.run({ [PART.input]: hostTensor(states) }, { host: true });
    const { data, dims } = (await y!.toHost()) as HostTensor<'float32'>;
    return { dtype: 'float32', dims: [...states.dims.slice(0, 2), dims.at(-1)!], data };
  }

  /** A batch as large as the graph wants, black pictures behind the real ones. */
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

/** Height and width that a spec ends with, as far as it says. */
function outputSize(spec: PreprocessSpec | undefined): readonly [number, number] {
  let size: readonly [number, number] = [USUAL_SIDE, USUAL_SIDE];
  for (const step of spec?.steps ?? []) {
    if (step.op === 'crop' || (step.op === 'resize' && step.mode === 'exact'))
      size = [step.height, step.width];
    else if (step.op === 'resize' && step.mode === 'shortest') size = [step.size, step.size];
  }
  return size;
}
