import { dirname, join, resolve } from 'node:path';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { makeFolder } from './make-folder.ts';
import { isInside, realpathOfNearest } from './paths.ts';

/** Names that are devices on Windows, with any ending; refused everywhere, so that a workflow runs the same everywhere. */
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
/** What Windows forbids in names, with the colon of drives and alternate streams. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is forbidden.
const FORBIDDEN = /[<>:"|?*\u0000-\u001f]/;
const MAX_PART_BYTES = 255;

/** Why `name` cannot be a file's name below a folder, or undefined when it can. */
function faultOf(name: string): string | undefined {
  if (name.includes('\0')) return 'it contains a NUL character';
  if (name === '') return 'it is empty';
  if (/^([/\\]|[a-z]:)/i.test(name)) return 'it must be relative to the output folder';
  for (const part of name.split(/[/\\]/)) {
    if (part === '' || part === '.' || part === '..') return 'it must not contain "..", "." or empty parts';
    if (FORBIDDEN.test(part)) return 'it contains a character that file names cannot have';
    if (DEVICES.test(part)) return `"${part}" is the name of a device on Windows`;
    if (/[. ]$/.test(part)) return 'no part of it may end in a dot or a space';
    if (Buffer.byteLength(part) > MAX_PART_BYTES) return 'a part of it is too long';
  }
  return undefined;
}

/**
 * The absolute path of an output file. Its folders are made, and must truly lie in the output folder: a symbolic link that
 * leads out of it is not followed.
 *
 * @throws PatchbayError `file.forbidden`
 */
export async function outputPath(outDir: string, name: string): Promise<string> {
  const refuse = (reason: string) =>
    new PatchbayError({
      code: 'file.forbidden',
      message: `"${name.slice(0, 200).replaceAll('\0', '\\0')}" cannot be written: ${reason}.`,
    });
  const fault = faultOf(name);
  if (fault !== undefined) throw refuse(fault);
  const root = resolve(outDir);
  const path = join(root, ...name.split(/[/\\]/));
  await makeFolder(root);
  const realRoot = await realpathOfNearest(root);
  // Before folders are made, or they would be made behind the link.
  if (!isInside(realRoot, await realpathOfNearest(dirname(path))))
    throw refuse('a link in it leads out of the output folder');
  await makeFolder(dirname(path));
  if (!isInside(realRoot, await realpathOfNearest(path)))
    throw refuse('it is a link that leads out of the output folder');
  return path;
}
