import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { CPU, type Device, deviceOf } from './device.ts';
import { ortLibraries, type Provider } from './ort-package.ts';
import type { ProbeResult } from './probe.ts';
import { ProbeMemory } from './probe-memory.ts';

/** What the user asks for. */
export type DeviceChoice = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'directml' | 'coreml';

/** What was found about one device, and why it was passed over. */
export interface DeviceReport {
  readonly device: string;
  /** Whether it can be chosen; `auto` also wants it to be faster than the cpu. */
  readonly usable: boolean;
  /** A sentence for people. */
  readonly reason: string;
  /** Time of a small encoder's layers on it. */
  readonly selfTestMs?: number;
}

export interface ChooseOptions {
  /** Where results are remembered, once per machine and driver. */
  readonly cacheFile?: string;
  /** Tries again what is remembered. */
  readonly fresh?: boolean;
}

/** In the order `auto` tries them; the cpu comes last and is always there. */
const CANDIDATES: readonly Provider[] = ['cuda', 'webgpu', 'dml', 'coreml'];

const CUDA_COMMAND = 'npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12';

/** What to do about a device that does not work. */
const REMEDIES: Readonly<Record<string, string>> = {
  cuda: 'CUDA needs an NVIDIA card with its driver, CUDA 12 and cuDNN 9',
  webgpu: 'WebGPU needs a graphics card with a current driver (Vulkan on Linux)',
  directml: 'DirectML needs Windows 10 or newer and a graphics card',
  coreml: 'Core ML needs macOS',
};

/**
 * The device to work on: the one asked for, or with `auto` the first of cuda, webgpu, directml and coreml that gives the
 * cpu's numbers faster than the cpu does. Devices are tried in child processes: a broken driver costs nothing but itself.
 * @throws PatchbayError `device.unavailable` when the one asked for does not work.
 */
export async function chooseDevice(
  choice: DeviceChoice,
  options: ChooseOptions = {},
): Promise<{ readonly device: Device; readonly reports: readonly DeviceReport[] }> {
  const cpu = (reason: string): DeviceReport => ({ device: 'cpu', usable: true, reason });
  if (choice === 'cpu') return { device: CPU, reports: [cpu('asked for')] };
  const memory = new ProbeMemory(options.cacheFile, options.fresh ?? false);
  if (choice !== 'auto') return forced(choice, memory);
  const reports: DeviceReport[] = [];
  let chosen: Device | undefined;
  for (const provider of CANDIDATES) {
    const device = deviceOf(provider);
    if (chosen) {
      reports.push({ device: device.name, usable: false, reason: `not tried, as ${chosen.name} works` });
      continue;
    }
    const result = await tried(provider, memory);
    reports.push(report(device.name, result));
    if (isFaster(result)) chosen = prepared(device);
  }
  reports.push(cpu(chosen ? `slower than ${chosen.name}` : 'nothing faster works here'));
  return { device: chosen ?? CPU, reports };
}

async function forced(choice: Exclude<DeviceChoice, 'auto' | 'cpu'>, memory: ProbeMemory) {
  const provider: Provider = choice === 'directml' ? 'dml' : choice;
  // Who asks for it by name may just have mended what failed before.
  const result = await tried(provider, memory, { believeFailures: false });
  if (result.works) return { device: prepared(deviceOf(provider)), reports: [report(choice, result)] };
  throw new PatchbayError({
    code: 'device.unavailable',
    message: `The device ${choice} does not work here: ${result.reason}. ${REMEDIES[choice]}. Or choose --device auto.`,
  });
}

/** Sets what a device needs before its first session. */
function prepared(device: Device): Device {
  // Matrix products at full float32 precision: TF32 keeps three digits.
  if (device.provider === 'cuda') process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  return device;
}

async function tried(
  provider: Provider,
  memory: ProbeMemory,
  { believeFailures } = { believeFailures: true },
): Promise<ProbeResult> {
  const missing = await missingPart(provider, memory);
  if (missing !== undefined) return { works: false, reason: missing };
  const known = memory.get(provider);
  if (known && (known.works || believeFailures)) return known;
  const { probe } = await import('./probe.ts');
  const result = await probe(provider);
  memory.set(provider, result);
  return result;
}

/** Why there is no need to try. */
async function missingPart(provider: Provider, memory: ProbeMemory): Promise<string | undefined> {
  if (!(await bundled(memory)).includes(provider)) return `ONNX Runtime does not have it on ${platform()}`;
  const libraries =
    platform() === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  if (provider === 'cuda' && !existsSync(join(ortLibraries, libraries)))
    return `its libraries are not installed, which one command fetches: ${CUDA_COMMAND}`;
  return undefined;
}

/** The providers this installation was built with: only ONNX Runtime knows them, and loading it to ask is slow. */
async function bundled(memory: ProbeMemory): Promise<readonly string[]> {
  if (memory.bundled) return memory.bundled;
  const { bundledProviders } = await import('./ort.ts');
  memory.bundled = bundledProviders();
  return memory.bundled;
}

function isFaster(result: ProbeResult): boolean {
  return result.works && result.deviceMs <= result.cpuMs;
}

function report(device: string, result: ProbeResult): DeviceReport {
  if (!result.works) return { device, usable: false, reason: result.reason };
  const selfTestMs = Math.round(result.deviceMs * 10) / 10;
  const times = result.deviceMs / result.cpuMs;
  const reason = isFaster(result)
    ? `${(1 / times).toFixed(1)} times as fast as the cpu`
    : `works, but is ${times.toFixed(1)} times slower than the cpu: a software driver, or a small card`;
  return { device, usable: true, reason, selfTestMs };
}
