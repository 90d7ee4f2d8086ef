import { type DType, PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';
import { sessionMessage } from '../../contract/messages/sessions.ts';
import { ELEMENT_BYTES } from '../onnx/elements.ts';
import type { OrtSession, OrtTensor } from './ort.ts';
import { type DeviceMemory, DeviceTensorHandle, HostTensorHandle } from './tensor.ts';

/** An input or output as a session declares it. A size is a number, a name for an open size, or undefined. */
export interface ValueSpec {
  readonly name: string;
  /** ONNX Runtime's name of the element type; `unknown` for a value that is not a tensor. */
  readonly dtype: string;
  readonly dims: readonly (number | string | undefined)[];
}

/** The thing that a session loads and that its errors name: a model file, or an operation built in code. */
export type SessionSubject =
  | { readonly kind: 'model'; readonly file: string }
  | { readonly kind: 'operation'; readonly name: string };

/** A model that can be run. The pool may unload it while it is idle; running it loads it again. */
export interface Session {
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  /**
   * Runs the model. Runs of one pool wait for each other. Results stay on the device unless `host` is true.
   * @throws PatchbayError `model.failed` or `operation.failed` with ONNX Runtime's reason, `model.output-type`
   */
  run(
    feeds: Readonly<Record<string, TensorHandle>>,
    options?: { readonly fetches?: readonly string[]; readonly host?: boolean },
  ): Promise<Record<string, TensorHandle>>;
}

/** The inputs and outputs that a loaded session declares. */
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

/** ONNX Runtime puts source lines, codes and conditions before the part of the message that says what happened. */
const PREAMBLE = /^.*?(Status Message: |: Failed: |ErrorCode:\d+: | was false\. |FAIL : |INVALID_\w+ : )/;

/** The part of ONNX Runtime's message that is meant for people, without a full stop. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const first = message.split('\n')[0] ?? '';
  return first
    .replace(PREAMBLE, '')
    .slice(0, MAX_REASON)
    .replace(/[.\s]+$/, '');
}

/** The error for a model or operation that ONNX Runtime could not load. */
export function loadFailed(subject: SessionSubject, cause: unknown): PatchbayError {
  const reason = reasonOf(cause);
  const message =
    subject.kind === 'model'
      ? sessionMessage('model.not-loaded', { file: subject.file, reason })
      : sessionMessage('operation.not-loaded', { name: subject.name, reason });
  return new PatchbayError(message, { cause });
}

/** The error for a model or operation that ONNX Runtime could not run. */
export function runFailed(subject: SessionSubject, cause: unknown): PatchbayError {
  const reason = reasonOf(cause);
  const message =
    subject.kind === 'model'
      ? sessionMessage('model.failed', { file: subject.file, reason })
      : sessionMessage('operation.failed', { name: subject.name, reason });
  return new PatchbayError(message, { cause });
}

/**
 * Wraps a result without moving it. A float16 result is kept as raw bits, whatever array class this version of Node uses.
 * @throws PatchbayError `model.output-type` for element types that nodes cannot exchange
 */
export function handleOf(tensor: OrtTensor, memory: DeviceMemory): TensorHandle {
  if (!Object.hasOwn(ELEMENT_BYTES, tensor.type)) {
    tensor.dispose();
    throw new PatchbayError({
      ...sessionMessage('model.output-type', { type: tensor.type }),
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
