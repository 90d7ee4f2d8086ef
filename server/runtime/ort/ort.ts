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
  const all: OrtSessionOptions = { logSeverityLevel: FATAL, ...options };
  return typeof source === 'string'
    ? ort.InferenceSession.create(source, all)
    : ort.InferenceSession.create(source, all);
}
