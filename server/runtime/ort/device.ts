import { ortVersion, type Provider } from './ort-package.ts';

/** Where tensor work runs. */
export interface Device {
  /** For people: `cpu`, `webgpu`, `cuda`, `directml`, `coreml`. */
  readonly name: string;
  /** The provider and what else changes numbers; part of cache keys. */
  readonly key: string;
  /** ONNX Runtime's name of it. */
  readonly provider: Provider;
  /** Whether results can stay in its memory between sessions. */
  readonly keepsResults: boolean;
}

/** A device by its provider. */
export function deviceOf(provider: Provider): Device {
  return {
    name: provider === 'dml' ? 'directml' : provider,
    key: `${provider}@${ortVersion}`,
    provider,
    keepsResults: provider === 'webgpu',
  };
}

/** The device that is always there. */
export const CPU: Device = deviceOf('cpu');
