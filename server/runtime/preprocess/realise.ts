import type { DType, HostTensor, PreprocessSpec, RgbPicture } from '../../../nodes/sdk/index.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';
import { planStages, type Size, type Stage, splitSteps } from './geometry.ts';
import { type StageLayout, stageGraph } from './stage-graph.ts';
import { type AxisBlocks, type AxisScale, axisBlocks } from './taps.ts';

/** Applies a spec to decoded pictures, one by one because each has its own size. */
export interface Realiser {
  /** The numbers that the model gets: 3 x height x width float32. */
  pixels(picture: RgbPicture, spec: PreprocessSpec): Promise<HostTensor<'float32'>>;
  /** The picture after the spec's resizes and crops, without rescaling and normalising. */
  bytes(picture: RgbPicture, spec: PreprocessSpec): Promise<RgbPicture>;
}

/** How many sets of weights to keep: pictures of one camera need the same weights again and again. */
const KEPT_AXES = 64;

/**
 * Creates a realiser that runs ONNX graphs on the CPU, because pictures are decoded into its memory and results are far smaller.
 *
 * For pictures that decode equally, results equal those of Transformers' PIL processors to the last bit.
 */
export function createRealiser(pool: SessionPool): Realiser {
  const axes = new Map<string, AxisBlocks>();
  const blocksOf = (axis: AxisScale): AxisBlocks => {
    const key = `${axis.from},${axis.to},${axis.resample},${axis.first},${axis.count}`;
    const blocks = axes.get(key) ?? axisBlocks(axis);
    axes.delete(key);
    axes.set(key, blocks);
    if (axes.size > KEPT_AXES) axes.delete(axes.keys().next().value!);
    return blocks;
  };

  const run = async (
    picture: RgbPicture,
    stage: Stage,
    finish: StageLayout['finish'],
  ): Promise<HostTensor> => {
    const { resized, resample, columns, rows } = stage;
    const { width, height } = picture;
    const across =
      resized.width === width
        ? undefined
        : blocksOf({ from: width, to: resized.width, resample, ...columns });
    const down =
      resized.height === height
        ? undefined
        : blocksOf({ from: height, to: resized.height, resample, ...rows });
    // Only the rows that the result needs are passed on. They are adjacent, so this needs no copy.
    const used = down?.used ?? rows;
    const stride = width * 3;
    const data = picture.data.subarray(used.first * stride, (used.first + used.count) * stride);
    const left = across ? 0 : columns.first;
    const margins = [0, rows.before, columns.before, 0, rows.after, columns.after];
    const pads = margins.some((margin) => margin > 0);
    const layout: StageLayout = {
      pads,
      finish,
      ...(across && { across: { blocks: across.blocks, width: across.width } }),
      ...(down && { down: { blocks: down.blocks, width: down.width } }),
    };
    const session = await pool.graph(`preprocess ${JSON.stringify(layout)}`, () => stageGraph(layout), {
      provider: 'cpu',
      // One thread, because the work takes about a millisecond and the decoders need the other cores.
      threads: 1,
    });
    const { result } = await session.run(
      {
        picture: hostTensor({ dtype: 'uint8', dims: [used.count, width, 3], data }),
        cut_from: int64([0, left]),
        cut_to: int64([rows.count, left + columns.count]),
        ...(pads && { margins: int64(margins) }),
        ...(across && feedsOf('across', across, 0)),
        ...(down && feedsOf('down', down, used.first)),
      },
      { host: true },
    );
    return result!.toHost();
  };

  const toLast = async (picture: RgbPicture, spec: PreprocessSpec) => {
    const { shape, numbers } = splitSteps(spec);
    // The sizes follow from that of the file, so that a reduced picture gives a result of the same size.
    const stages = planStages(shape, picture.full ?? picture);
    let current = picture;
    for (const stage of stages.slice(0, -1)) current = rgb(await run(current, stage, 'bytes'));
    return { current, last: stages.at(-1), numbers };
  };

  return {
    async pixels(picture, spec) {
      const { current, last, numbers } = await toLast(picture, spec);
      return (await run(current, last ?? unchanged(current), numbers)) as HostTensor<'float32'>;
    },
    async bytes(picture, spec) {
      const { current, last } = await toLast(picture, spec);
      return last ? rgb(await run(current, last, 'bytes')) : current;
    },
  };
}

function int64(values: readonly number[]) {
  return hostTensor({ dtype: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) });
}

/** @param origin the source position where the given part of the picture begins */
function feedsOf(name: string, { starts, reach, weights }: AxisBlocks, origin: number) {
  return {
    [`${name}_starts`]: int64(starts.map((start) => start - origin)),
    [`${name}_ends`]: int64(starts.map((start) => start - origin + reach)),
    [`${name}_weights`]: hostTensor(weights),
  };
}

function rgb({ dims, data }: HostTensor<DType>): RgbPicture {
  return { height: dims[0]!, width: dims[1]!, data: data as Uint8Array };
}

function unchanged(size: Size): Stage {
  const whole = (count: number) => ({ first: 0, count, before: 0, after: 0 });
  return { resized: size, resample: 0, columns: whole(size.width), rows: whole(size.height), result: size };
}
