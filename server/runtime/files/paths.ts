import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PatchbayError } from '../../../nodes/sdk/index.ts';

/** Turns the paths people write into absolute ones, and keeps reading inside the allowed folders where there are any. */
export interface PathResolver {
  /**
   * The absolute path of a file or folder to read; it need not exist.
   * @throws PatchbayError `file.forbidden` outside the allowed folders, `file.invalid` for what can be no path.
   */
  resolve(path: string): Promise<string>;
  /** Whether a file found below a resolved folder may be read: a link in it may lead out of the allowed ones. */
  mayRead(file: string): Promise<boolean>;
}

/** What paths are relative to, and where they may lead. */
export interface PathOptions {
  /** Where relative paths start: the workflow's folder. */
  readonly workflowDir: string;
  /** What `sample:` stands for: the package's `workflows/samples`. */
  readonly samplesDir: string;
  /** When given, only files inside these folders (and the samples) may be read, symbolic links followed. */
  readonly roots?: readonly string[];
}

const SAMPLE = 'sample:';

/** Whether `path` is `folder` or lies below it; both absolute. A sibling sharing its prefix does not. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real path of `path`, or of its nearest existing parent followed by the rest. */
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

/** Paths as workflows write them: absolute, relative to the workflow, `file:` URLs, or `sample:folder/picture.jpg`. */
export function createPathResolver(options: PathOptions): PathResolver {
  const { workflowDir, samplesDir, roots } = options;
  const refuse = (code: string, message: string) => new PatchbayError({ code, message });

  const toAbsolute = (path: string): string => {
    if (path.includes('\0')) throw refuse('file.invalid', 'A path cannot contain a NUL character.');
    if (path.trim() === '')
      throw refuse('file.invalid', 'The path is empty; write the path of a file or folder.');
    if (path.startsWith(SAMPLE)) {
      const sample = resolve(samplesDir, path.slice(SAMPLE.length));
      if (!isInside(samplesDir, sample))
        throw refuse('file.forbidden', `"${path}" leads out of the sample pictures.`);
      return sample;
    }
    if (/^file:/i.test(path)) {
      try {
        return fileURLToPath(path);
      } catch (cause) {
        throw new PatchbayError(
          { code: 'file.invalid', message: `"${path}" is no path of this machine.` },
          { cause },
        );
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
      throw refuse(
        'file.forbidden',
        `"${path}" is outside the folders that may be read. Upload it, or start the server with --read-from and its folder.`,
      );
    },
  };
}
