import './no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import type { DType } from '../../../nodes/sdk/index.ts';

// The only file that imports onnxruntime-node. It exports the parts that other files use.

/** A tensor of ONNX Runtime. */
export type OrtTensor = ort.Tensor;
/** A loaded model of ONNX Runtime. */
export type OrtSession = ort.InferenceSession;
/** Settings for loading a session. */
export type OrtSessionOptions = ort.InferenceSession.SessionOptions;

const FATAL = 4;
ort.env.logLevel = 'fatal';

/** The providers that this installation was built with. A listed provider may still not work on this machine. */
export function bundledProviders(): readonly string[] {
  return ort.listSupportedBackends().map(({ name }) => name);
}

/** Wraps host memory without copying it. */
export function hostOrtTensor(dtype: DType, data: ort.Tensor.DataType, dims: readonly number[]): OrtTensor {
  return new ort.Tensor(dtype, data, dims);
}

/** Loads a model from a file or from bytes. A failure is an exception; ONNX Runtime prints nothing. */
export function createOrtSession(
  source: string | Uint8Array,
  options: OrtSessionOptions,
): Promise<OrtSession> {
  const { session, ...extra } = (options.extra ?? {}) as Record<string, object | undefined>;
  const all: OrtSessionOptions = {
    logSeverityLevel: FATAL,
    ...options,
    // Otherwise the threads of a session go on in an empty loop for about 30 ms after each run, and take the processor from
    // the server and the browser just when they show its result.
    extra: { ...extra, session: { force_spinning_stop: '1', ...session } },
  };
  return typeof source === 'string'
    ? ort.InferenceSession.create(source, all)
    : ort.InferenceSession.create(source, all);
}
