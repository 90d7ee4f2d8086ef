import * as ort from 'onnxruntime-node';
import type { DType } from '../../../nodes/sdk/index.ts';

// The one file that imports onnxruntime-node: what the rest may know of it is exported here.

/** A tensor as ONNX Runtime holds it. */
export type OrtTensor = ort.Tensor;
/** A loaded model as ONNX Runtime holds it. */
export type OrtSession = ort.InferenceSession;
/** What a session is loaded with. */
export type OrtSessionOptions = ort.InferenceSession.SessionOptions;

const FATAL = 4;
ort.env.logLevel = 'fatal';

/** The providers this installation was built with; that one is listed does not mean that it works here. */
export function bundledProviders(): readonly string[] {
  return ort.listSupportedBackends().map(({ name }) => name);
}

/** Wraps host memory without a copy. */
export function hostOrtTensor(dtype: DType, data: ort.Tensor.DataType, dims: readonly number[]): OrtTensor {
  return new ort.Tensor(dtype, data, dims);
}

/** Loads a model from its file or its bytes; failures come as exceptions, never on stdout. */
export function createOrtSession(
  source: string | Uint8Array,
  options: OrtSessionOptions,
): Promise<OrtSession> {
  const all: OrtSessionOptions = { logSeverityLevel: FATAL, ...options };
  return typeof source === 'string'
    ? ort.InferenceSession.create(source, all)
    : ort.InferenceSession.create(source, all);
}
