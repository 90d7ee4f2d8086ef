import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { createOps } from '../../../server/runtime/ops/ops.ts';
import { CPU, type Device, deviceOf } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { TensorScope } from '../../../server/runtime/ort/tensor.ts';

/** The paths of Chromium's software Vulkan driver in Linux distributions. */
const SWIFTSHADER = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/snap/chromium/current',
]
  .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
  .find((path) => existsSync(path));

/** Lets WebGPU use a software driver if there is no other. Returns whether there is any driver. */
export function provideVulkan(): boolean {
  if (process.env.PATCHBAY_TEST_GPU === 'real') return true;
  if (SWIFTSHADER === undefined) return false;
  process.env.VK_ICD_FILENAMES ??= SWIFTSHADER;
  process.env.XDG_RUNTIME_DIR ??= mkdtempSync(join(tmpdir(), 'patchbay-xdg-'));
  return true;
}

/** A pool, a scope and operations on a device, which are disposed after the tests. */
export function workbench(device: Device, tileScores?: number) {
  const pool = new SessionPool(device);
  const scope = new TensorScope();
  afterAll(async () => {
    scope.end();
    await pool.dispose();
  });
  return { pool, scope, ops: createOps(pool, scope, { tileScores }) };
}

/** Runs the same rules on the CPU and, where a Vulkan driver is found, on WebGPU. */
export function describeDevices(title: string, rules: (device: Device) => void): void {
  describe(`${title} on cpu`, () => rules(CPU));
  const vulkan = provideVulkan();
  if (!vulkan && process.env.CI === 'true')
    throw new Error('CI needs a Vulkan driver for the WebGPU tests: install the chromium package.');
  if (!vulkan)
    console.warn(
      `SKIPPED: ${title} on webgpu, for no Vulkan driver was found (Debian: apt install chromium)`,
    );
  describe.skipIf(!vulkan)(`${title} on webgpu`, () => rules(deviceOf('webgpu')));
}
