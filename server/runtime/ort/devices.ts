import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { deviceMessage } from '../../contract/messages/devices.ts';
import { CPU, type Device, deviceOf } from './device.ts';
import { ortLibraries, type Provider } from './ort-package.ts';
import type { ProbeResult } from './probe.ts';
import { ProbeMemory } from './probe-memory.ts';

/** The device that the user chooses. */
export type DeviceChoice = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'directml' | 'coreml';

/** The result of trying one device. */
export interface DeviceReport {
  readonly device: string;
  /** Whether it can be chosen. `auto` also needs it to be faster than the CPU. */
  readonly usable: boolean;
  /** Why it is used or not. */
  readonly reason: Message;
  /** How long the layers of a small encoder took on it. */
  readonly selfTestMs?: number;
}

/** Settings of {@link chooseDevice}. */
export interface ChooseOptions {
  /** The file that keeps results for this machine and its drivers. */
  readonly cacheFile?: string;
  /** Whether to ignore kept results and try all devices again. */
  readonly fresh?: boolean;
}

/** The order in which `auto` tries devices; the CPU comes last. */
const CANDIDATES: readonly Provider[] = ['cuda', 'webgpu', 'dml', 'coreml'];

const CUDA_COMMAND = 'npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12';

/**
 * Chooses the device to work on: the given one, or with `auto` the first of cuda, webgpu, directml and coreml that computes the
 * same numbers as the CPU and is faster. It tries devices in child processes, so a broken driver harms nothing else.
 * @throws PatchbayError `device.unavailable` when the given device does not work
 */
export async function chooseDevice(
  choice: DeviceChoice,
  options: ChooseOptions = {},
): Promise<{ readonly device: Device; readonly reports: readonly DeviceReport[] }> {
  const cpu = (reason: Message): DeviceReport => ({ device: 'cpu', usable: true, reason });
  if (choice === 'cpu') return { device: CPU, reports: [cpu(deviceMessage('device.asked-for'))] };
  const memory = new ProbeMemory(options.cacheFile, options.fresh ?? false);
  if (choice !== 'auto') return forced(choice, memory);
  const reports: DeviceReport[] = [];
  let chosen: Device | undefined;
  for (const provider of CANDIDATES) {
    const device = deviceOf(provider);
    if (chosen) {
      const reason = deviceMessage('device.not-tried', { device: chosen.name });
      reports.push({ device: device.name, usable: false, reason });
      continue;
    }
    const result = await tried(provider, memory);
    reports.push(report(device.name, result));
    if (isFaster(result)) chosen = prepared(device);
  }
  const verdict = chosen
    ? deviceMessage('device.slower-than', { device: chosen.name })
    : deviceMessage('device.nothing-faster');
  reports.push(cpu(verdict));
  return { device: chosen ?? CPU, reports };
}

async function forced(choice: Exclude<DeviceChoice, 'auto' | 'cpu'>, memory: ProbeMemory) {
  const provider: Provider = choice === 'directml' ? 'dml' : choice;
  // A user who asks for a device may have repaired it, so a remembered failure is ignored.
  const result = await tried(provider, memory, { believeFailures: false });
  if (result.works) return { device: prepared(deviceOf(provider)), reports: [report(choice, result)] };
  const remedy = deviceMessage(`device.needs-${choice}`);
  throw new PatchbayError(
    deviceMessage('device.unavailable', { device: choice, reason: result.reason, remedy }),
  );
}

/** Sets what a device needs before its first session. */
function prepared(device: Device): Device {
  // Forces full float32 precision in matrix products: TF32 keeps only three digits.
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

/** The missing part of a provider, without which it need not be tried; undefined if nothing is missing. */
async function missingPart(provider: Provider, memory: ProbeMemory): Promise<Message | undefined> {
  if (!(await bundled(memory)).includes(provider))
    return deviceMessage('device.no-provider', { platform: platform() });
  const libraries =
    platform() === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  if (provider === 'cuda' && !existsSync(join(ortLibraries, libraries)))
    return deviceMessage('device.no-libraries', { command: CUDA_COMMAND });
  return undefined;
}

/** The providers that this installation was built with. They are remembered, because finding out needs ONNX Runtime, which loads slowly. */
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
    ? deviceMessage('device.faster', { times: (1 / times).toFixed(1) })
    : deviceMessage('device.slow', { times: times.toFixed(1) });
  return { device, usable: true, reason, selfTestMs };
}
