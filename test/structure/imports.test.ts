import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Every import of every source file. Relative ones become paths from the root. */
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

/** Files that import each other in a circle, found with Tarjan's strongly connected components. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    open.push(file);
    let low = own;
    for (const next of imports.get(file) ?? []) {
      if (!imports.has(next)) continue;
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next)!);
    }
    if (low === own) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1 || imports.get(file)?.includes(file)) found.push(circle.sort());
    }
    return low;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found;
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

/** Which files the files of a folder may import. */
interface Rule {
  readonly in: RegExp;
  readonly may: readonly RegExp[];
}

/** The rooms of the client, from the bottom up. Each may import its own files and those of the rooms before it. */
const CLIENT_FLOORS = [
  'ui',
  'document',
  'runs',
  'results',
  'widgets',
  'labels',
  'canvas',
  'panels',
  'form',
  'home',
  'commands',
  'app',
] as const;

const CLIENT_RULES = CLIENT_FLOORS.map(
  (room, floor): Rule => ({
    in: new RegExp(`^client/${room}/`),
    may: [
      new RegExp(`^client/(${CLIENT_FLOORS.slice(0, floor + 1).join('|')})/`),
      /^nodes\/sdk\//,
      /^workflows\/[\w-]+\.ts$/,
      // From the server, only the contract.
      /^server\/contract\//,
      PACKAGE,
    ],
  }),
);

/** Which folder may import what. The first rule that matches a file counts. */
const RULES: readonly Rule[] = [
  { in: /^nodes\/sdk\//, may: [/^nodes\/sdk\//, /^zod$/] },
  { in: /^nodes\//, may: [/^nodes\/sdk\//] },
  // The file format uses nothing of the SDK except its messages.
  { in: /^workflows\//, may: [/^nodes\/sdk\/messages\.ts$/, /^workflows\/[\w-]+\.ts$/, /^zod$/] },
  { in: /^models\//, may: [/^models\/[\w-]+\.(ts|json)$/, /^zod$/] },
  // The contract is the lowest layer. It also runs in browsers.
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
  ...CLIENT_RULES,
  {
    // Downloads must load little code, because they run in the server's process, and in the command line before
    // anything else.
    in: /^server\/hub\//,
    may: [
      /^server\/(hub|contract)\//,
      // How files are opened and locked, and how folders are made where a mount misbehaves.
      /^server\/runtime\/files\/(lock|make-folder|regular-file)\.ts$/,
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
      // Creates folders, also on file systems that do not behave as usual.
      /^server\/runtime\/files\/make-folder\.ts$/,
      /^nodes\/sdk\//,
      PACKAGE,
    ],
  },
  {
    in: /^server\/trash\//,
    may: [
      /^server\/(trash|store|contract)\//,
      /^server\/log\.ts$/,
      // Downloaded models and the lock on each.
      /^server\/hub\/fetched\.ts$/,
      /^server\/runtime\/files\/(atomic|lock|make-folder|regular-file)\.ts$/,
      // What the files of label sets are called.
      /^server\/runtime\/labels\/set-file\.ts$/,
      /^nodes\/sdk\//,
      PACKAGE,
    ],
  },
  {
    in: /^server\/labels\//,
    may: [
      /^server\/(labels|contract)\//,
      // How a set is read, which nodes do too, and how files are named, opened and written.
      /^server\/runtime\/labels\/set-file\.ts$/,
      /^server\/runtime\/files\/(atomic|make-folder|paths|regular-file)\.ts$/,
      /^nodes\/sdk\//,
      PACKAGE,
    ],
  },
  {
    in: /^server\/collections\//,
    may: [
      /^server\/(collections|contract)\//,
      // The names and versions of collections, and how others are kept from changing one.
      /^server\/runtime\/collections\/(manifest|writer)\.ts$/,
      // What a collection that follows a folder runs, how its file is kept, and how a folder is looked through in a thread of its own.
      /^workflows\/(parse|workflow)\.ts$/,
      /^server\/runtime\/files\/(atomic|regular-file)\.ts$/,
      /^server\/runtime\/(disk\/tasks|images\/folder-scan)\.ts$/,
      /^nodes\/sdk\//,
      PACKAGE,
    ],
  },
  {
    in: /^server\/http\//,
    may: [
      /^server\/(http|store|trash|labels|collections|sharing|engine|hub|contract)\//,
      // What is known of collections without reading their vectors.
      /^server\/runtime\/collections\/manifest\.ts$/,
      /^server\/(log|load-nodes)\.ts$/,
      // The processes behind an interface; how files are named, opened and written.
      /^server\/runner\/supervisor\.ts$/,
      /^server\/runtime\/files\/(assets|atomic|make-folder|regular-file)\.ts$/,
      // Which label sets there are, to check workflows.
      /^server\/runtime\/labels\/set-file\.ts$/,
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

  test('every file of the client is in one of its rooms', () => {
    const homeless = sources.filter(
      (file) => file.startsWith('client/') && !CLIENT_RULES.some((rule) => rule.in.test(file)),
    );
    expect(homeless).toEqual([]);
  });

  test('no file imports itself by way of others, types and imports at run time included', () => {
    expect(circles(new Map(sources.map((file) => [file, importsOf(file)])))).toEqual([]);
  });

  test('the first page does not wait for the canvas', () => {
    // Imports that a bundler loads together with a file: no types, and none at run time.
    const withIt = (file: string) =>
      [
        ...readFileSync(join(root, file), 'utf8').matchAll(
          /^(?:import|export)\s(?!type\b)[^'";]*?\bfrom\s*['"]([^'"]+)['"]/gm,
        ),
      ].map(([, name = '']) =>
        name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name,
      );
    const loaded = new Set(['client/app/main.tsx']);
    for (const file of loaded)
      if (existsSync(join(root, file))) for (const next of withIt(file)) loaded.add(next);
    expect(loaded.size).toBeGreaterThan(50);
    expect([...loaded].filter((file) => file.startsWith('@xyflow/'))).toEqual([]);
  });

  test('files are opened for reading in one way, which a pipe cannot block', () => {
    // The package's own files, which nobody can replace by a pipe, and files that the operating system makes.
    const own = ['server/package-root.ts', 'server/runtime/ort/ort-package.ts', 'server/runner/memory.ts'];
    const READS = /\b(readFile|readFileSync|createReadStream)\(|\bopen(Sync)?\([^;]*?, ('r'|[^;]*O_RDONLY)/s;
    const strays = sources
      .filter((file) => file.startsWith('server/') && !own.includes(file))
      .filter((file) => file !== 'server/runtime/files/regular-file.ts')
      .filter((file) =>
        readFileSync(join(root, file), 'utf8')
          .split('\n')
          .some((line) => READS.test(line.replace(/\.readFile\(/g, ''))),
      );
    // A folder is opened to flush it.
    expect(strays).toEqual(['server/runtime/files/atomic.ts']);
  });

  for (const name of ['onnxruntime-node', 'sharp', 'libsql', '@duckdb/node-api']) {
    test(`one file imports ${name}`, () => {
      const importers = sources.filter((file) => importsOf(file).some((imported) => imported === name));
      expect(importers).toHaveLength(1);
    });
  }
});
