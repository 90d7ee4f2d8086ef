import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A device the contract suite runs on; `missing` says why it cannot here. */
export interface ContractDevice {
  readonly name: 'cpu' | 'webgpu';
  readonly missing?: string;
}

/** Where Chromium's packages put the description of SwiftShader, a Vulkan driver in software. */
const ICD = 'vk_swiftshader_icd.json';
const BROWSERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

/** Points Vulkan at SwiftShader, for this process, before anything opens it. */
function softwareVulkan(): string | undefined {
  const given = process.env.VK_ICD_FILENAMES;
  if (given && existsSync(given)) return undefined;
  const found = BROWSERS.map((folder) => join(folder, ICD)).find((path) => existsSync(path));
  if (!found)
    return `no ${ICD} in ${BROWSERS.join(', ')}. Install Chromium (Debian: apt-get install chromium libvulkan1), or set VK_ICD_FILENAMES.`;
  process.env.VK_ICD_FILENAMES = found;
  process.env.XDG_RUNTIME_DIR ??= mkdtempSync(join(tmpdir(), 'patchbay-xdg-'));
  return undefined;
}

/**
 * The one list of devices every contract runs on: the cpu, and webgpu over SwiftShader. On a machine without it webgpu is
 * left out loudly; where `CI` is true that is a failure, not a skip.
 */
export function contractDevices(): readonly ContractDevice[] {
  const missing = softwareVulkan();
  if (missing) console.warn(`The contract does not run on webgpu here: ${missing}`);
  return [{ name: 'cpu' }, { name: 'webgpu', missing }];
}
