import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
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
}

/** Settings of {@link createPathResolver}. */
export interface PathOptions {
  /** The folder that relative paths start from: the workflow's folder. */
  readonly workflowDir: string;
  /** The folder that `sample:` stands for: `workflows/samples` of the package. */
  readonly samplesDir: string;
  /** If given, only files inside these folders and the samples may be read. Links are followed before the check. */
  readonly roots?: readonly string[];
}

const SAMPLE = 'sample:';

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

/** Resolves paths as workflows write them: absolute, relative to the workflow, `file:` URLs, or `sample:folder/picture.jpg`. */
export function createPathResolver(options: PathOptions): PathResolver {
  const { workflowDir, samplesDir, roots } = options;

  const toAbsolute = (path: string): string => {
    if (path.includes('\0')) throw new PatchbayError(fileMessage('path.nul-character'));
    if (path.trim() === '') throw new PatchbayError(fileMessage('path.empty'));
    if (path.startsWith(SAMPLE)) {
      const sample = resolve(samplesDir, path.slice(SAMPLE.length));
      if (!isInside(samplesDir, sample))
        throw new PatchbayError(fileMessage('file.outside-samples', { path }));
      return sample;
    }
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
    async resolve(path) {
      const absolute = toAbsolute(path);
      if (path.startsWith(SAMPLE) || (await mayRead(absolute))) return absolute;
      throw new PatchbayError(fileMessage('file.forbidden', { path }));
    },
  };
}
