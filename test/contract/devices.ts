import { provideVulkan } from '../runtime/ort/test-devices.ts';

/** A device the contract suite runs on; `missing` says why it cannot here. */
export interface ContractDevice {
  readonly name: 'cpu' | 'webgpu';
  readonly missing?: string;
}

/**
 * The one list of devices every contract runs on: the cpu, and webgpu over whatever Vulkan driver there is, SwiftShader for
 * one. On a machine without any, webgpu is left out loudly; where `CI` is true that is a failure, not a skip.
 */
export function contractDevices(): readonly ContractDevice[] {
  if (provideVulkan()) return [{ name: 'cpu' }, { name: 'webgpu' }];
  const missing = 'there is no Vulkan driver; Debian: apt-get install chromium libvulkan1';
  console.warn(`SKIPPED: the node contract on webgpu, for ${missing}`);
  return [{ name: 'cpu' }, { name: 'webgpu', missing }];
}
