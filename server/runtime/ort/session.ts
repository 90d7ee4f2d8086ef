import { type DType, PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';
import { ELEMENT_BYTES } from '../onnx/tensors.ts';
import type { OrtSession, OrtTensor } from './ort.ts';
import { type DeviceMemory, DeviceTensorHandle, HostTensorHandle } from './tensor.ts';

/** What a session declares of an input or output; sizes are numbers, names of what is open, or undefined. */
export interface ValueSpec {
  readonly name: string;
  /** ONNX Runtime's name of the element type; `unknown` for what is no tensor. */
  readonly dtype: string;
  readonly dims: readonly (number | string | undefined)[];
}

/** A loaded model. It may be unloaded while it rests, and is loaded again when it runs. */
export interface Session {
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  /**
   * Runs the model; runs of one pool wait for each other. Results stay on the device unless `host`.
   * @throws PatchbayError `model.failed` with what ONNX Runtime says of the inputs.
   */
  run(
    feeds: Readonly<Record<string, TensorHandle>>,
    options?: { readonly fetches?: readonly string[]; readonly host?: boolean },
  ): Promise<Record<string, TensorHandle>>;
}

/** What a loaded session declares. */
export function declared(session: OrtSession): { inputs: ValueSpec[]; outputs: ValueSpec[] } {
  const specs = (metadata: OrtSession['inputMetadata']): ValueSpec[] =>
    metadata.map((value) =>
      value.isTensor
        ? {
            name: value.name,
            dtype: value.type,
            dims: value.shape.map((dim) => (dim === '' ? undefined : dim)),
          }
        : { name: value.name, dtype: 'unknown', dims: [] },
    );
  return { inputs: specs(session.inputMetadata), outputs: specs(session.outputMetadata) };
}

const MAX_REASON = 300;

/** What comes before the part that says what happened: source lines, codes, names of conditions. */
const PREAMBLE = /^.*?(Status Message: |: Failed: |ErrorCode:\d+: | was false\. |FAIL : |INVALID_\w+ : )/;

/** What ONNX Runtime said, as far as it is meant for people. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const first = message.split('\n')[0] ?? '';
  return first
    .replace(PREAMBLE, '')
    .slice(0, MAX_REASON)
    .replace(/[.\s]+$/, '');
}

/** The error of a model that ONNX Runtime could not load. */
export function loadFailed(title: string, cause: unknown): PatchbayError {
  return new PatchbayError(
    {
      code: 'model.invalid',
      args: { model: title, reason: reasonOf(cause) },
      message: `${title} could not be loaded: ${reasonOf(cause)}. It may be damaged or cut short, or made for another runtime: fetch or export it again.`,
    },
    { cause },
  );
}

/** The error of a run that ONNX Runtime refused. */
export function runFailed(title: string, cause: unknown): PatchbayError {
  return new PatchbayError(
    { code: 'model.failed', message: `${title} could not be run: ${reasonOf(cause)}.` },
    { cause },
  );
}

/**
 * Wraps a result where it is. A float16 result is kept as raw bits, whatever this Node calls its array.
 * @throws PatchbayError `model.failed` for element types that cannot cross between nodes.
 */
export function handleOf(tensor: OrtTensor, memory: DeviceMemory): TensorHandle {
  if (!Object.hasOwn(ELEMENT_BYTES, tensor.type)) {
    tensor.dispose();
    throw new PatchbayError({
      code: 'model.failed',
      message: `The model gives out ${tensor.type} numbers, which Patchbay cannot use. Export it with float32 outputs.`,
      expected: Object.keys(ELEMENT_BYTES).join(', '),
      got: tensor.type,
    });
  }
  if (tensor.location !== 'cpu') return new DeviceTensorHandle(tensor, memory);
  const data = tensor.data as Float32Array;
  return new HostTensorHandle({
    dtype: tensor.type as DType,
    dims: tensor.dims,
    data: tensor.type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data,
  } as ConstructorParameters<typeof HostTensorHandle>[0]);
}
