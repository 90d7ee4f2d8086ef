import {
  type F32,
  type HostTensor,
  PatchbayError,
  type PixelBatch,
  type PreprocessSpec,
  type TensorHandle,
} from '../../../nodes/sdk/index.ts';
import { familyNamed } from '../models/families.ts';
import type { ImageTower, ModelEntry } from '../models/model-entry.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';
import { toModelPrecision, toStates, toVectors } from './conversions.ts';
import { openTower, otherFeeds, type WantedValue } from './tower-session.ts';

const USUAL_SIDE = 224;

/** Runs the image tower of a model, batch by batch. */
export class ImageTowerRunner {
  readonly #pool: SessionPool;
  readonly #entry: ModelEntry;
  readonly #tower: ImageTower;

  /** @throws PatchbayError `encode.no-images` when the model reads no pictures. */
  constructor(pool: SessionPool, entry: ModelEntry) {
    if (!entry.image) {
      throw new PatchbayError({
        code: 'encode.no-images',
        message: `The model ${entry.id} reads no pictures.`,
      });
    }
    this.#pool = pool;
    this.#entry = entry;
    this.#tower = entry.image;
  }

  /** Pictures a batch may hold: the model's own number where its graph fixes one. */
  batchSize(wanted: number): number {
    return this.#tower.input.dims[0] ?? Math.max(1, wanted);
  }

  /** Whether the hidden states are a map N x C x H x W in the file. */
  get hiddenIsMap(): boolean {
    const { hidden, facts } = this.#tower;
    return facts.outputs.some(({ name, dims }) => name === hidden?.value && dims.length === 4);
  }

  /**
   * n x D vectors of a layer on the host. Takes over the batch: its memory is given back.
   * @throws PatchbayError `encode.layer` for a layer that is no vector or cannot be reached.
   */
  async vectors(batch: PixelBatch, layer: string): Promise<HostTensor<'float32'>> {
    const wanted = this.#vectorValue(layer);
    const { tokens } = familyNamed(this.#entry.family).image;
    return this.#run(batch, wanted, (output) => toVectors(this.#pool, output, tokens));
  }

  /** n x T x D hidden states on the host. Takes over the batch. @throws PatchbayError `encode.layer`. */
  async states(batch: PixelBatch): Promise<HostTensor<'float32'>> {
    const { hidden } = this.#tower;
    if (!hidden) {
      throw new PatchbayError({
        code: 'encode.layer',
        message: `The hidden states of ${this.#entry.id} cannot be reached: its file gives out only ${this.#tower.embedding.name}. Use Encode images, or a model whose file gives out last_hidden_state.`,
      });
    }
    return this.#run(batch, hidden, (output) => toStates(this.#pool, output));
  }

  /** Numbers a vector of a layer: what the file or config says, else what a blank picture gives. */
  async dims(layer: string, spec: PreprocessSpec | undefined): Promise<number> {
    const { image } = this.#entry.towers;
    const known =
      layer === 'embedding' ? image?.dims : layer === 'pre-projection' ? image?.preProjectionDims : undefined;
    if (known !== undefined) return known;
    return (await this.vectors(this.blank(spec), layer)).dims[1]!;
  }

  /** One black picture of the size the model is used with. */
  blank(spec: PreprocessSpec | undefined): PixelBatch {
    const [count, , height, width] = this.#tower.input.dims;
    const [usualHeight, usualWidth] = outputSize(spec);
    const dims = [count ?? 1, 3, height ?? usualHeight, width ?? usualWidth];
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    return { tensor: hostTensor({ dtype: 'float32', dims, data }), items: [] };
  }

  #vectorValue(layer: string): WantedValue {
    const { embedding, projection } = this.#tower;
    if (layer === 'embedding') return { value: embedding.name, declared: true };
    if (layer === 'pre-projection' && projection) return { value: projection.input, declared: false };
    const layers = (this.#entry.towers.image?.layers ?? []).filter((name) => name !== 'hidden').join(', ');
    throw new PatchbayError({
      code: 'encode.layer',
      message: `The model ${this.#entry.id} has no vectors of the layer ${layer}: choose one of ${layers}${layer === 'hidden' ? ', or use Encode tokens' : ''}.`,
    });
  }

  async #run(
    batch: PixelBatch,
    wanted: WantedValue,
    read: (output: TensorHandle) => Promise<HostTensor<'float32'>>,
  ): Promise<HostTensor<'float32'>> {
    const count = batch.tensor.dims[0]!;
    const held: TensorHandle[] = [batch.tensor];
    const hold = <T extends TensorHandle>(tensor: T): T => {
      held.push(tensor);
      return tensor;
    };
    try {
      this.#checkSize(batch.tensor.dims);
      const { session, output } = await openTower(this.#pool, this.#tower.source, wanted);
      const whole = hold(await this.#filledUp(batch.tensor));
      const pixels = hold(await toModelPrecision(this.#pool, whole, this.#tower.input.dtype));
      const feeds = { ...otherFeeds(this.#tower), [this.#tower.input.name]: pixels };
      const found = hold((await session.run(feeds, { fetches: [output] }))[output]!);
      const result = await read(found);
      const rest = result.dims.slice(1);
      const data = result.data.subarray(0, count * rest.reduce((product, dim) => product * dim, 1));
      return { dtype: 'float32', dims: [count, ...rest], data };
    } finally {
      for (const tensor of new Set(held)) tensor.release();
    }
  }

  #checkSize(dims: readonly number[]): void {
    const [, , height, width] = this.#tower.input.dims;
    const fits = (wanted: number | null | undefined, got: number | undefined) => (wanted ?? got) === got;
    if (fits(height, dims[2]) && fits(width, dims[3])) return;
    throw new PatchbayError({
      code: 'encode.size',
      message: `The model ${this.#entry.id} reads pictures of ${width} x ${height} pixels and was given ${dims[3]} x ${dims[2]}: prepare them with the model's own preprocessing.`,
      expected: `${width} x ${height}`,
      got: `${dims[3]} x ${dims[2]}`,
    });
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
