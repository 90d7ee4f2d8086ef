import { ortVersion, type Provider } from './ort-package.ts';

/** A device that tensor work runs on. */
export interface Device {
  /** The name that people use: `cpu`, `webgpu`, `cuda`, `directml`, `coreml`. */
  readonly name: string;
  /** Part of cache keys: the provider and the ONNX Runtime version, which both change numbers slightly. */
  readonly key: string;
  /** The name that ONNX Runtime uses. */
  readonly provider: Provider;
  /** Whether results can stay in its memory from one session to the next. */
  readonly keepsResults: boolean;
}

/** The device of a provider. */
export function deviceOf(provider: Provider): Device {
  return {
    name: provider === 'dml' ? 'directml' : provider,
    key: `${provider}@${ortVersion}`,
    provider,
    keepsResults: provider === 'webgpu',
  };
}

/** The CPU, which every machine has. */
export const CPU: Device = deviceOf('cpu');
