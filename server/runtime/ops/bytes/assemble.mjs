// Writes kernels.ts from kernels.wat: node server/runtime/ops/bytes/assemble.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

/** The WebAssembly of kernels.wat, as base64. */
export async function assembled() {
  const source = readFileSync(new URL('kernels.wat', import.meta.url), 'utf8');
  const { buffer } = (await wabt()).parseWat('kernels.wat', source, { simd: true }).toBinary({});
  return Buffer.from(buffer).toString('base64');
}

if (process.argv[1] === import.meta.filename) {
  const text = `/** The WebAssembly of kernels.wat, which assemble.mjs writes. */\nexport const KERNELS =\n  '${await assembled()}';\n`;
  writeFileSync(new URL('kernels.ts', import.meta.url), text);
}
