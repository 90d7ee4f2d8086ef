import { dirname, join, resolve } from 'node:path';
import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { makeFolder } from './make-folder.ts';
import { isInside, realpathOfNearest } from './paths.ts';

/** Names of Windows devices, with any extension. They are refused on every system, so that a workflow runs the same everywhere. */
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
/** Characters that Windows forbids in names; the colon marks drives and alternate streams. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among the forbidden ones.
const FORBIDDEN = /[<>:"|?*\u0000-\u001f]/;
const MAX_PART_BYTES = 255;

/** Why `name` cannot be the name of an output file; undefined when it can. */
function faultOf(name: string): Message | undefined {
  const shown = shownName(name);
  if (name.includes('\0')) return fileMessage('output-name.nul-character', { name: shown });
  if (name === '') return fileMessage('output-name.empty');
  if (/^([/\\]|[a-z]:)/i.test(name)) return fileMessage('output-name.absolute', { name: shown });
  return partNamesFault(name.split(/[/\\]/), name);
}

/** Why the parts of a path cannot be names of files and folders on every system; undefined when they can. */
export function partNamesFault(parts: readonly string[], name: string): Message | undefined {
  const shown = shownName(name);
  for (const part of parts) {
    if (part === '' || part === '.' || part === '..')
      return fileMessage('output-name.parts', { name: shown });
    if (FORBIDDEN.test(part)) return fileMessage('output-name.character', { name: shown });
    if (DEVICES.test(part)) return fileMessage('output-name.device', { name: shown, part });
    if (/[. ]$/.test(part)) return fileMessage('output-name.trailing', { name: shown });
    if (Buffer.byteLength(part) > MAX_PART_BYTES) return fileMessage('output-name.too-long', { name: shown });
  }
  return undefined;
}

const shownName = (name: string): string => name.slice(0, 200).replaceAll('\0', '\\0');

/**
 * The absolute path of an output file. Creates its folders. The real path must be inside the output folder: a symbolic link that
 * leads out of it is refused.
 *
 * @throws PatchbayError `output-name.*`
 */
export async function outputPath(outDir: string, name: string): Promise<string> {
  const fault = faultOf(name);
  if (fault !== undefined) throw new PatchbayError(fault);
  const root = resolve(outDir);
  const path = join(root, ...name.split(/[/\\]/));
  await makeFolder(root);
  const realRoot = await realpathOfNearest(root);
  // Checked before creating folders, which would otherwise be created behind the link.
  if (!isInside(realRoot, await realpathOfNearest(dirname(path))))
    throw new PatchbayError(fileMessage('output-name.folder-link-outside', { name: shownName(name) }));
  await makeFolder(dirname(path));
  if (!isInside(realRoot, await realpathOfNearest(path)))
    throw new PatchbayError(fileMessage('output-name.link-outside', { name: shownName(name) }));
  return path;
}
