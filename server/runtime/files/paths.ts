import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import platformPath, { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';

/** Turns the paths that people write into absolute ones, and keeps them inside the allowed folders. */
export interface PathResolver {
  /**
   * The absolute path of a file or folder to read, whether it exists or not.
   * @throws PatchbayError `file.forbidden`, `file.outside-samples`, `path.*`
   */
  resolve(path: string): Promise<string>;
  /** Whether a file below a resolved folder may be read. A link in the folder can lead out of the allowed folders. */
  mayRead(file: string): Promise<boolean>;
  /** An absolute path as workflows write it; see {@link portablePath}. */
  written(absolute: string): string;
}

/** Settings of {@link createPathResolver}. */
export interface PathOptions {
  /** The folder that relative paths start from: the workflow's folder. */
  readonly workflowDir: string;
  /** The folder that `sample:` stands for: `workflows/samples` of the package. */
  readonly samplesDir: string;
  /** The folder that `uploads:` stands for: `files` in the data folder. */
  readonly uploadsDir: string;
  /** The folder that `~` stands for, if not that of the user who runs this process. */
  readonly homeDir?: string;
  /** If given, only files inside these folders and the samples may be read. Links are followed before the check. */
  readonly roots?: readonly string[];
}

const SAMPLE = 'sample:';
const UPLOADS = 'uploads:';
const HOME = /^~(?=$|[\\/])/;

/** The folders that have a name in workflows. */
export interface NamedFolders {
  readonly samples: string;
  readonly uploads: string;
  readonly home: string;
}

/**
 * An absolute path as workflows write it, so that it means the same on other computers where it can: `sample:`, `uploads:`
 * or `~/`, with forward slashes. A path outside of these folders stays as it is.
 * @param path the rules of a system, for paths of another one
 */
export function portablePath(
  absolute: string,
  { samples, uploads, home }: NamedFolders,
  path: Pick<typeof platformPath, 'relative' | 'isAbsolute' | 'sep' | 'dirname'> = platformPath,
): string {
  const below = (folder: string): string | undefined => {
    const way = path.relative(folder, absolute);
    const isOutside = way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way);
    return isOutside ? undefined : way.replaceAll(path.sep, '/');
  };
  const [sample, upload] = [below(samples), below(uploads)];
  if (sample !== undefined) return `${SAMPLE}${sample}`;
  if (upload !== undefined) return `${UPLOADS}${upload}`;
  // Some services have the root as home. `~/etc` would say nothing.
  const own = path.dirname(home) === home ? undefined : below(home);
  if (own !== undefined) return own === '' ? '~' : `~/${own}`;
  return absolute;
}

/** Whether `path` is `folder` or below it; both are absolute. A sibling folder with the same first letters is not. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real path of `path`. If it does not exist, the real path of its nearest existing parent with the rest appended. */
export async function realpathOfNearest(path: string): Promise<string> {
  const missing: string[] = [];
  for (let current = path; ; current = dirname(current)) {
    try {
      return resolve(await realpath(current), ...missing);
    } catch (error) {
      if (dirname(current) === current) throw error;
      missing.unshift(relative(dirname(current), current));
    }
  }
}

/**
 * Resolves paths as workflows write them: absolute, relative to the workflow, `~/Pictures`, `file:` URLs,
 * `sample:folder/picture.jpg` or `uploads:folder/picture.jpg`.
 */
export function createPathResolver(options: PathOptions): PathResolver {
  const { workflowDir, samplesDir, uploadsDir, homeDir = homedir(), roots } = options;

  const toAbsolute = (path: string): string => {
    if (path.includes('\0')) throw new PatchbayError(fileMessage('path.nul-character'));
    if (path.trim() === '') throw new PatchbayError(fileMessage('path.empty'));
    if (path.startsWith(SAMPLE)) {
      const sample = resolve(samplesDir, path.slice(SAMPLE.length));
      if (!isInside(samplesDir, sample))
        throw new PatchbayError(fileMessage('file.outside-samples', { path }));
      return sample;
    }
    if (path.startsWith(UPLOADS)) {
      const upload = resolve(uploadsDir, path.slice(UPLOADS.length));
      if (!isInside(uploadsDir, upload))
        throw new PatchbayError(fileMessage('file.outside-uploads', { path }));
      return upload;
    }
    if (HOME.test(path)) return join(homeDir, path.slice(1));
    if (/^file:/i.test(path)) {
      try {
        return fileURLToPath(path);
      } catch (cause) {
        throw new PatchbayError(fileMessage('path.not-local', { path }), { cause });
      }
    }
    return resolve(workflowDir, path);
  };

  const mayRead = async (absolute: string): Promise<boolean> => {
    if (roots === undefined) return true;
    const real = await realpathOfNearest(absolute);
    const realRoots = await Promise.all(
      [samplesDir, ...roots].map((root) => realpathOfNearest(resolve(root))),
    );
    return realRoots.some((root) => isInside(root, real));
  };

  return {
    mayRead,
    written: (absolute) =>
      portablePath(absolute, { samples: samplesDir, uploads: uploadsDir, home: homeDir }),
    async resolve(path) {
      const absolute = toAbsolute(path);
      if (path.startsWith(SAMPLE) || (await mayRead(absolute))) return absolute;
      throw new PatchbayError(fileMessage('file.forbidden', { path }));
    },
  };
}
