import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';

// Facts about ONNX Runtime that need no loading, because loading it takes longer than a whole run of cached results.

/** The names that ONNX Runtime uses for devices. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** The path of ONNX Runtime's module, for the child process that tries a device. */
export const ortModulePath: string = createRequire(import.meta.url).resolve('onnxruntime-node');

const packageFolder = dirname(dirname(ortModulePath));

/** The version of ONNX Runtime. */
export const ortVersion: string = (
  JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
).version;

/** The folder with ONNX Runtime's libraries for this machine. */
export const ortLibraries: string = join(packageFolder, 'bin', 'napi-v6', platform(), arch());
