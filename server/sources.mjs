// What a build was made of, and whether that is still so. Runs before anything is installed: Node's own modules only.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';

/** Files at the root that say how to build. */
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vite.config.ts',
];
/** What the compiler looks for in the folders that its settings name. */
const CODE = new Set(['.ts', '.tsx', '.mts', '.js', '.mjs']);

const builtFile = (root) => join(root, 'dist', '.built');

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

/** The files that `tsconfig.build.json` takes in: `nodes` is a whole folder, `workflows/*.ts` the files directly in one. */
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

/** What the compiler read besides: files that code imports, as its own list names them. */
function imported(root) {
  const { fileNames } = JSON.parse(readFileSync(join(root, 'dist', '.tsbuildinfo'), 'utf8'));
  // The compiler's own libraries bear names only.
  const own = fileNames.filter((name) => name.startsWith('../') && !name.includes('node_modules'));
  return own.map((name) => resolve(root, 'dist', name)).filter((path) => path.startsWith(root + sep));
}

/** The editor's folder is read as a whole, its prose excepted. */
const editor = (root) => filesIn(join(root, 'client')).filter((file) => extname(file) !== '.md');

/** Changes when a file does; absent when it is gone. */
function stampOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.size} ${stat.mtimeMs}`;
}

function stamps(root, paths) {
  const entries = paths.map((path) => [relative(root, path).replaceAll(sep, '/'), stampOf(path)]);
  return Object.fromEntries(entries.filter(([, stamp]) => stamp !== undefined));
}

/** The sources as they are now, by their path below `root`. */
export function sources(root) {
  return stamps(root, [...SETTINGS.map((name) => join(root, name)), ...compiled(root), ...editor(root)]);
}

/** Writes down what a build was made of: `before` are the sources as they were when it began, at the time `began`. */
export function noteBuilt(root, before, began) {
  const note = { ...before };
  for (const path of imported(root)) {
    const name = relative(root, path).replaceAll(sep, '/');
    // One that changed meanwhile may have been read before that: no stamp is ever empty, so it is built again.
    note[name] ??= (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? began) < began ? stampOf(path) : '';
  }
  writeFileSync(builtFile(root), `${JSON.stringify(note, null, 1)}\n`);
}

/** Whether a source was changed, added or taken away since the build, or there is no finished build. */
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
