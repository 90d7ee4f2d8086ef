import { basename } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { PatchbayError, type Said, type TensorHandle } from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';
import { builtGraph } from '../models/builtin/built-graphs.ts';
import type { ModelSource, Tower, TowerValue, WantedValue } from '../models/model-entry.ts';
import { appendToModel } from '../onnx/append.ts';
import { attribute, valueInfo } from '../onnx/graph-builder.ts';
import { DataType, NodeProtoSchema } from '../onnx/proto.ts';
import type { Session } from '../ort/session.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';

/** The side of the blank picture for a joint model, if neither its graph nor its config states one. */
const USUAL_SIDE = 224;
const LONGEST_REASON = 120;

/** Where the vectors of a layer are in a graph, and how its output becomes one vector per picture or text. */
export interface TowerOutline {
  readonly value: string;
  readonly rank: 2 | 3 | 4;
  readonly pooling: 'cls' | 'mean';
  /** Numbers per vector. */
  readonly dims: number;
}

/** Opens a session for a tower. The wanted value becomes an output. */
export async function openTower(
  pool: SessionPool,
  source: ModelSource,
  { value, declared }: WantedValue,
  onWarn?: (message: Said) => void,
): Promise<{ session: Session; output: string }> {
  if (source.kind === 'built') {
    const session = await pool.graph(`model ${source.key}`, () => builtGraph(source.key));
    return { session, output: value };
  }
  const output = declared ? value : `patchbay/${value}`;
  const edit = (bytes: Uint8Array) => exposed(bytes, value, output);
  const options = declared ? {} : { key: `with ${value}`, edit };
  return { session: await modelOnAnyDevice(pool, source.path, { ...options, onWarn }), output };
}

/** Loads a model on the device, or on the cpu with a warning: a device may lack an operator or a type, such as float16. */
async function modelOnAnyDevice(
  pool: SessionPool,
  path: string,
  {
    onWarn,
    ...options
  }: {
    readonly key?: string;
    readonly edit?: (bytes: Uint8Array) => Uint8Array;
    readonly onWarn?: (message: Said) => void;
  },
): Promise<Session> {
  try {
    return await pool.model(path, options);
  } catch (error) {
    const isLoadFault = error instanceof PatchbayError && error.code === 'model.not-loaded';
    if (pool.device.provider === 'cpu' || !isLoadFault) throw error;
    const session = await pool.model(path, { ...options, provider: 'cpu' });
    onWarn?.(
      encoderMessage('encode.on-cpu', {
        file: basename(path),
        device: pool.device.name,
        reason: reasonOf(error),
      }),
    );
    return session;
  }
}

/** The reason that ONNX Runtime gave. */
const reasonOf = ({ code, args }: PatchbayError) => String(args?.reason ?? code).slice(0, LONGEST_REASON);

/** Adds an output with the inner value, as float32. */
function exposed(bytes: Uint8Array, value: string, output: string): Uint8Array {
  const cast = create(NodeProtoSchema, {
    opType: 'Cast',
    input: [value],
    output: [output],
    attribute: [attribute('to', DataType.FLOAT)],
  });
  return appendToModel(bytes, { nodes: [cast], outputs: [valueInfo(output, 'float32')] });
}

/**
 * Values for the other inputs of a tower. A joint model always runs both towers, so the other one gets a blank picture or text.
 * @throws PatchbayError `model.unknown-input`
 */
export function otherFeeds(
  tower: Tower & { readonly pictureSide?: number },
  pixels: readonly number[] = [],
): Record<string, TensorHandle> {
  const feeds: Record<string, TensorHandle> = {};
  const isText = isTextInput(tower.input.name);
  for (const input of tower.facts.inputs) {
    const own = input.name === tower.input.name || (isText && isTextInput(input.name));
    if (!own) feeds[input.name] = patchFeed(input, tower, pixels) ?? blank(input, tower.pictureSide);
  }
  return feeds;
}

/**
 * Values for inputs with one number per patch. A masked autoencoder sorts patches by `noise` and drops the last ones, so ascending
 * numbers keep their order. `bool_masked_pos` hides patches, so it is all false.
 */
function patchFeed(
  { name, dtype, dims }: TowerValue,
  tower: Tower & { readonly patchSize?: number },
  pixels: readonly number[],
): TensorHandle | undefined {
  const [count = 1, , height = 0, width = 0] = pixels;
  const { patchSize = 0 } = tower;
  const length = dims[1] ?? Math.floor(height / patchSize) * Math.floor(width / patchSize);
  if (dims.length !== 2 || !Number.isSafeInteger(length)) return undefined;
  const shape = [count, length];
  if (name === 'noise' && dtype === 'float32') {
    const data = Float32Array.from({ length: count * length }, (_, i) => (i % length) / length);
    return hostTensor({ dtype, dims: shape, data });
  }
  if (name === 'bool_masked_pos' && dtype === 'bool')
    return hostTensor({ dtype, dims: shape, data: new Uint8Array(count * length) });
  return undefined;
}

const isTextInput = (name: string) =>
  ['input_ids', 'attention_mask', 'position_ids', 'token_type_ids'].includes(name);

function blank(input: TowerValue, side = USUAL_SIDE): TensorHandle {
  if (isTextInput(input.name)) {
    const length = input.dims[1] ?? 1;
    const fill =
      input.name === 'attention_mask' ? () => 1 : input.name === 'position_ids' ? (i: number) => i : () => 0;
    return integerTensor(input, [input.dims[0] ?? 1, length], (i) => fill(i % length));
  }
  if (input.dims.length === 4) {
    const dims = [input.dims[0] ?? 1, 3, input.dims[2] ?? side, input.dims[3] ?? side];
    const size = dims.reduce((product, dim) => product * dim, 1);
    return input.dtype === 'float16'
      ? hostTensor({ dtype: 'float16', dims, data: new Uint16Array(size) })
      : hostTensor({ dtype: 'float32', dims, data: new Float32Array(size) });
  }
  throw new PatchbayError(encoderMessage('model.unknown-input', { input: input.name }));
}

/** An int64 or int32 tensor, as the input declares. */
export function integerTensor(
  input: TowerValue,
  dims: readonly number[],
  value: (position: number) => number | bigint,
): TensorHandle {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (input.dtype === 'int32') {
    return hostTensor({
      dtype: 'int32',
      dims,
      data: Int32Array.from({ length: size }, (_, i) => Number(value(i))),
    });
  }
  return hostTensor({
    dtype: 'int64',
    dims,
    data: BigInt64Array.from({ length: size }, (_, i) => BigInt(value(i))),
  });
}
