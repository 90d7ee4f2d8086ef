import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { root, scratch } from './cli.ts';

/** The functions that `npm start` calls before it builds. */
interface Sources {
  sources(root: string): Record<string, string>;
  noteBuilt(root: string, before: Record<string, string>, began: number): void;
  isStale(root: string): boolean;
}

const FOLDERS = ['client', 'models', 'nodes', 'server', 'workflows', 'test/structure'];
const { sources, noteBuilt, isStale } = (await import(
  pathToFileURL(join(root, 'server/sources.mjs')).href
)) as Sources;

const copy = scratch('build');

/** All files of the copy by path, except the build. */
const files = () =>
  readdirSync(copy, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.startsWith('dist/') && statSync(join(copy, file)).isFile());

/** Whether the build is stale after the modification time of `path` changed. Restores the time afterwards. */
function staleWhenTouched(path: string): boolean {
  const file = join(copy, path);
  const { atimeMs, mtimeMs } = statSync(file);
  utimesSync(file, atimeMs / 1000, mtimeMs / 1000 + 60);
  try {
    return isStale(copy);
  } finally {
    utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
  }
}

/** One file for each top folder and each file extension. */
function oneOfEachKind(paths: readonly string[]): string[] {
  const kinds = new Map(paths.map((path) => [`${path.split('/')[0]} ${extname(path)}`, path]));
  return [...kinds.values()];
}

/** Files that a build does not read: prose, weights, pictures, recipes, starters, tests. */
const NOT_BUILT =
  /\.(md|py|onnx|txt|wat|log|license)$|^(workflows|models)\/.+\/|^workflows\/[^/]+\.json$|^test\/|^\.|^(LICENSE|NOTICE|biome\.json|vitest\.config\.ts)$/i;

beforeAll(() => {
  for (const folder of FOLDERS) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  for (const name of readdirSync(root))
    if (statSync(join(root, name)).isFile()) cpSync(join(root, name), join(copy, name));
  mkdirSync(join(copy, 'dist'));
  // The compiler's list of the files that it has read.
  cpSync(join(root, 'dist/.tsbuildinfo'), join(copy, 'dist/.tsbuildinfo'));
  // Whole seconds, because other times may be read back with less precision.
  for (const file of files()) utimesSync(join(copy, file), 1_700_000_000, 1_700_000_000);
  noteBuilt(copy, sources(copy), Date.now());
}, 60_000);

describe('a build is stale', { timeout: 120_000 }, () => {
  test('not while nothing changes', () => expect(isStale(copy)).toBe(false));

  test('when a file of any kind that it reads is touched', () => {
    const read = files().filter((file) => !NOT_BUILT.test(file));
    expect(read.length).toBeGreaterThan(500);
    const fresh = oneOfEachKind(read).filter((file) => !staleWhenTouched(file));
    expect(fresh).toEqual([]);
  });

  test.each([
    'workflows/scan-json.ts',
    'workflows/format-problems.ts',
    'workflows/json-fault.ts',
    'workflows/inspect-json.ts',
    'workflows/serialize.ts',
    'workflows/workflow.ts',
    'models/manifest.ts',
    'models/parity.ts',
    'models/catalog.json',
    'models/parity.json',
    'nodes/sdk/index.ts',
    'server/runtime/ort/probe-child.mjs',
    'server/setup.mjs',
    'client/index.html',
    'package-lock.json',
  ])('when %s is touched', (file) => expect(staleWhenTouched(file)).toBe(true));

  test('by no file of a kind that it does not read', () => {
    const unread = files().filter((file) => NOT_BUILT.test(file));
    expect(oneOfEachKind(unread).length).toBeGreaterThan(10);
    expect(oneOfEachKind(unread).filter(staleWhenTouched)).toEqual([]);
    for (const file of ['nodes/README.md', 'workflows/search-by-text.json', 'models/emoji-clip/config.json'])
      expect(staleWhenTouched(file), file).toBe(false);
  });

  test.each(['nodes/compare/new.ts', 'server/new/deep.ts', 'workflows/new.ts', 'client/new.css'])(
    'when %s is added',
    (path) => {
      const file = join(copy, path);
      const made = existsSync(dirname(file)) ? file : dirname(file);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '');
      expect(isStale(copy)).toBe(true);
      rmSync(made, { recursive: true });
      expect(isStale(copy)).toBe(false);
    },
  );

  test.each([
    'nodes/compare/top-k.ts',
    'workflows/json-fault.ts',
    'models/parity.json',
    'client/index.html',
    'tsconfig.json',
    'dist/.built',
  ])('when %s is gone', (path) => {
    const aside = join(scratch('aside'), 'file');
    cpSync(join(copy, path), aside, { preserveTimestamps: true });
    rmSync(join(copy, path));
    expect(isStale(copy)).toBe(true);
    cpSync(aside, join(copy, path), { preserveTimestamps: true });
    expect(isStale(copy)).toBe(false);
  });

  test('when a file it imports changed while it was made', () => {
    const name = 'models/catalog.json';
    noteBuilt(copy, sources(copy), statSync(join(copy, name)).mtimeMs);
    expect(isStale(copy)).toBe(true);
    noteBuilt(copy, sources(copy), Date.now());
    expect(isStale(copy)).toBe(false);
  });
});
