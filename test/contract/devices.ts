import { provideVulkan } from '../runtime/ort/test-devices.ts';

/** A device on which the contract tests run. `missing` says why it is not available here. */
export interface ContractDevice {
  readonly name: 'cpu' | 'webgpu';
  readonly missing?: string;
}

/**
 * All devices for contract tests: the CPU, and WebGPU with any Vulkan driver, for example SwiftShader. Without a
 * driver, WebGPU is skipped with a warning. If `CI` is true, a missing driver is a failure.
 */
export function contractDevices(): readonly ContractDevice[] {
  if (provideVulkan()) return [{ name: 'cpu' }, { name: 'webgpu' }];
  const missing = 'there is no Vulkan driver; Debian: apt-get install chromium libvulkan1';
  console.warn(`SKIPPED: the node contract on webgpu, for ${missing}`);
  return [{ name: 'cpu' }, { name: 'webgpu', missing }];
}
