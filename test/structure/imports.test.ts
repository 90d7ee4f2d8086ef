import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Every import of every source file, relative ones as paths from the root. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /^\s*(?:import|export)\s[^'";]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...found].map((match) => {
    const name = (match[1] ?? match[2] ?? match[3]) as string;
    return name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name;
  });
}

const sources = ['nodes', 'server', 'workflows', 'models', 'client']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file.replaceAll('\\', '/')}`,
    ),
  )
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
  .sort();

const PACKAGE = /^(?!\.)(?!server|client|nodes|workflows|models\/)/;

/** Who may import what. The first rule whose folder holds the file counts. */
const RULES: readonly { in: RegExp; may: readonly RegExp[] }[] = [
  { in: /^nodes\/sdk\//, may: [/^nodes\/sdk\//, /^zod$/] },
  { in: /^nodes\//, may: [/^nodes\/sdk\//] },
  // Messages are the one thing of the sdk that the file format uses.
  { in: /^workflows\//, may: [/^nodes\/sdk\/messages\.ts$/, /^workflows\/[\w-]+\.ts$/, /^zod$/] },
  { in: /^models\//, may: [/^models\/[\w-]+\.(ts|json)$/, /^zod$/] },
  // The ground floor: all that is said across a border. It runs in browsers too.
  {
    in: /^server\/contract\//,
    may: [/^server\/contract\//, /^nodes\/sdk\//, /^workflows\/[\w-]+\.ts$/, /^zod$/],
  },
  {
    in: /^server\/engine\//,
    may: [
      /^server\/(engine|contract)\//,
      /^nodes\/sdk\//,
      /^workflows\//,
      /^zod$/,
      /^node:(crypto|perf_hooks)$/,
    ],
  },
  {
    in: /^client\//,
    may: [
      /^client\//,
      /^nodes\/sdk\//,
      /^workflows\/[\w-]+\.ts$/,
      // Of the server the contract, and nothing else.
      /^server\/contract\//,
      PACKAGE,
    ],
  },
  {
    // Fetching must stay light: it runs in the server's process, and in the command line before anything heavy.
    in: /^server\/hub\//,
    may: [
      /^server\/(hub|contract)\//,
      // How folders are made where a mount misbehaves.
      /^server\/runtime\/files\/make-folder\.ts$/,
      /^nodes\/sdk\//,
      /^models\/[\w-]+\.(ts|json)$/,
      /^(zod|undici)$/,
      /^node:/,
    ],
  },
  {
    in: /^server\/runtime\//,
    may: [
      /^server\/(runtime|contract)\//,
      /^nodes\/sdk\//,
      /^models\/[\w-]+\.(ts|json)$/,
      /^(?!\.)(?!server|client|nodes|workflows)/,
    ],
  },
  {
    in: /^server\/store\//,
    may: [
      /^server\/(store|contract)\//,
      // How folders are made where a mount misbehaves.
      /^server\/runtime\/files\/make-folder\.ts$/,
      /^nodes\/sdk\//,
      PACKAGE,
    ],
  },
  {
    in: /^server\/http\//,
    may: [
      /^server\/(http|store|engine|hub|contract)\//,
      /^server\/(log|load-nodes)\.ts$/,
      // The processes behind an interface; how files are named and written.
      /^server\/runner\/supervisor\.ts$/,
      /^server\/runtime\/files\/(assets|atomic|make-folder)\.ts$/,
      /^nodes\/sdk\//,
      /^workflows\/[\w-]+\.ts$/,
      PACKAGE,
    ],
  },
];

describe('who may import whom', () => {
  test('sources are found', () => expect(sources.length).toBeGreaterThan(30));

  for (const file of sources) {
    const rule = RULES.find((candidate) => candidate.in.test(file));
    if (!rule) continue;
    test(file, () => {
      const strays = importsOf(file).filter((name) => !rule.may.some((allowed) => allowed.test(name)));
      expect(strays, `${file} imports what its room may not`).toEqual([]);
    });
  }

  for (const name of ['onnxruntime-node', 'sharp', 'libsql']) {
    test(`one file imports ${name}`, () => {
      const importers = sources.filter((file) => importsOf(file).some((imported) => imported === name));
      expect(importers).toHaveLength(1);
    });
  }
});
