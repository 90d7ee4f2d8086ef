import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly name: string;
  readonly version: string;
}

function find(from: string): { root: string; manifest: Manifest } {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    if (manifest.name === 'patchbay') return { root: folder, manifest };
  }
  throw new Error('The patchbay package is incomplete: its package.json is missing. Install it again.');
}

const found = find(dirname(fileURLToPath(import.meta.url)));

/** The installed package's folder, whether this code runs from source or compiled. */
export const packageRoot = found.root;
/** The package's version. */
export const version = found.manifest.version;
