import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { dirname } from 'node:path';
import { makeFolderSync } from '../files/make-folder.ts';
import { readRegularSync } from '../files/regular-file.ts';
import { ortLibraries, ortVersion } from './ort-package.ts';
import type { ProbeResult } from './probe.ts';

/**
 * Installing or removing a driver changes these folders or variables. While they stay the same, remembered results are
 * valid.
 */
const DRIVER_FOLDERS = [
  '/usr/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/proc/driver/nvidia/gpus',
];
const DRIVER_VARIABLES = [
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'CUDA_VISIBLE_DEVICES',
  platform() === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH',
];

function listing(folder: string): string {
  try {
    return readdirSync(folder).sort().join(' ');
  } catch {
    return '';
  }
}

/** The format of the kept results; older ones are ignored. */
const FORMAT = 'format 2';

/** A text that changes when devices may give other results. */
function machine(): string {
  const processors = cpus();
  return [
    FORMAT,
    ortVersion,
    platform(),
    arch(),
    `${processors.length} x ${processors[0]?.model ?? ''}`,
    ...[ortLibraries, ...DRIVER_FOLDERS].map(listing),
    ...DRIVER_VARIABLES.map((name) => process.env[name] ?? ''),
  ].join('|');
}

interface Remembered {
  readonly machine: string;
  readonly results: Readonly<Record<string, ProbeResult>>;
  /** The providers that ONNX Runtime was built with; missing in older files. */
  readonly bundled?: readonly string[];
}

/** Keeps the results of trying this machine's devices in a file. If the file cannot be read or written, devices are tried again. */
export class ProbeMemory {
  private readonly file: string | undefined;
  private readonly machine = machine();
  private results: Record<string, ProbeResult> = {};
  private providers: readonly string[] | undefined;

  constructor(file: string | undefined, fresh: boolean) {
    this.file = file;
    if (file === undefined || fresh) return;
    try {
      const stored = JSON.parse(readRegularSync(file, 'utf8')) as Remembered;
      if (stored.machine !== this.machine) return;
      this.results = { ...stored.results };
      if (Array.isArray(stored.bundled)) this.providers = stored.bundled;
    } catch {
      // Without kept results, the devices are tried again.
    }
  }

  get(provider: string): ProbeResult | undefined {
    return Object.hasOwn(this.results, provider) ? this.results[provider] : undefined;
  }

  set(provider: string, result: ProbeResult): void {
    this.results[provider] = result;
    this.save();
  }

  /** The providers that ONNX Runtime was built with; undefined until they are known. */
  get bundled(): readonly string[] | undefined {
    return this.providers;
  }

  set bundled(providers: readonly string[] | undefined) {
    this.providers = providers;
    this.save();
  }

  private save(): void {
    if (this.file === undefined) return;
    try {
      makeFolderSync(dirname(this.file));
      const part = `${this.file}.${process.pid}.part`;
      const all: Remembered = { machine: this.machine, results: this.results, bundled: this.providers };
      writeFileSync(part, `${JSON.stringify(all, null, 2)}\n`);
      renameSync(part, this.file);
    } catch {
      // The device is tried again next time.
    }
  }
}
