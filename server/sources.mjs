// Notes the sources of a build and finds out whether they have changed. Runs before anything is installed: it imports
// only Node's own modules.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';

/** Files in the root folder that affect the build. */
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.types.json',
  'vite.config.ts',
];
/** Extensions of the files that the compiler reads in included folders. */
const CODE = new Set(['.ts', '.tsx', '.mts', '.js', '.mjs']);

const builtFile = (root) => join(root, 'dist', '.built');

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

/**
 * The files that `tsconfig.build.json` includes: `nodes` means a whole folder, `workflows/*.ts` the files directly in a
 * folder.
 */
function compiled(root) {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'));
  return include.flatMap((pattern) => {
    const path = join(root, pattern);
    if (!basename(path).startsWith('*')) return filesIn(path).filter((file) => CODE.has(extname(file)));
    return readdirSync(dirname(path))
      .filter((name) => extname(name) === extname(pattern))
      .map((name) => join(dirname(path), name));
  });
}

/** Imported files outside the included folders, from the compiler's own list of what it read. */
function imported(root) {
  const { fileNames } = JSON.parse(readFileSync(join(root, 'dist', '.tsbuildinfo'), 'utf8'));
  // The names of the compiler's own libraries are not paths.
  const own = fileNames.filter((name) => name.startsWith('../') && !name.includes('node_modules'));
  return own.map((name) => resolve(root, 'dist', name)).filter((path) => path.startsWith(root + sep));
}

/** All files of the editor's folder except Markdown. */
const editor = (root) => filesIn(join(root, 'client')).filter((file) => extname(file) !== '.md');

/** A text that changes when the file changes; undefined if the file does not exist. */
function stampOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.size} ${stat.mtimeMs}`;
}

function stamps(root, paths) {
  const entries = paths.map((path) => [relative(root, path).replaceAll(sep, '/'), stampOf(path)]);
  return Object.fromEntries(entries.filter(([, stamp]) => stamp !== undefined));
}

/** The stamps of all sources now, by path relative to `root`. */
export function sources(root) {
  return stamps(root, [...SETTINGS.map((name) => join(root, name)), ...compiled(root), ...editor(root)]);
}

/**
 * Saves the stamps of the sources of a build. `before`: the stamps when it began; `began`: that time in milliseconds.
 */
export function noteBuilt(root, before, began) {
  const note = { ...before };
  for (const path of imported(root)) {
    const name = relative(root, path).replaceAll(sep, '/');
    // A file that changed during the build may have been read before the change. An empty stamp makes it count as
    // changed.
    note[name] ??= (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? began) < began ? stampOf(path) : '';
  }
  writeFileSync(builtFile(root), `${JSON.stringify(note, null, 1)}\n`);
}

/** Whether a source was changed, added or deleted since the build, or no build has finished. */
export function isStale(root) {
  let note;
  try {
    note = JSON.parse(readFileSync(builtFile(root), 'utf8'));
  } catch {
    return true;
  }
  const noted = Object.keys(note);
  const now = {
    ...stamps(
      root,
      noted.map((name) => join(root, name)),
    ),
    ...sources(root),
  };
  return [...noted, ...Object.keys(now)].some((name) => note[name] !== now[name]);
}
