import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';

// What can be said of ONNX Runtime without loading it, which takes longer than a whole run of kept results.

/** ONNX Runtime's names of the devices people choose. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** Where ONNX Runtime's module is, for a child process that tries a device. */
export const ortModulePath: string = createRequire(import.meta.url).resolve('onnxruntime-node');

const packageFolder = dirname(dirname(ortModulePath));

/** ONNX Runtime's version. */
export const ortVersion: string = (
  JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
).version;

/** The folder of ONNX Runtime's libraries for this machine. */
export const ortLibraries: string = join(packageFolder, 'bin', 'napi-v6', platform(), arch());
