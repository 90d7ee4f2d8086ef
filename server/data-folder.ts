import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { packageRoot } from './package-root.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder for caches, stored files and added models: `PATCHBAY_DATA`, or the usual folder of the platform. */
export function dataFolder(env: Environment = process.env): string {
  if (env.PATCHBAY_DATA) return resolve(env.PATCHBAY_DATA);
  if (process.platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'patchbay');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'patchbay');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'patchbay');
}

const listed = (variable: string | undefined): readonly string[] =>
  (variable ?? '')
    .split(delimiter)
    .filter((path) => path !== '')
    .map((path) => resolve(path));

/** The folders of models, in the order they are searched: Patchbay's own, the data folder's, then `PATCHBAY_MODELS`. */
export function modelFolders(env: Environment = process.env): readonly string[] {
  return [join(packageRoot, 'models'), join(dataFolder(env), 'models'), ...listed(env.PATCHBAY_MODELS)];
}

/** The folders of `PATCHBAY_MODELS` that do not exist, usually because of a typing error. */
export function missingModelFolders(env: Environment = process.env): readonly string[] {
  return listed(env.PATCHBAY_MODELS).filter((path) => !existsSync(path));
}

/**
 * The folders of additional nodes from `PATCHBAY_NODES`: `FOLDER/category/name.js`. Their code runs without
 * restrictions.
 */
export function nodeFolders(env: Environment = process.env): readonly string[] {
  return listed(env.PATCHBAY_NODES);
}
