import { defineMessages, type Message } from './messages.ts';

const say = defineMessages({
  'file-name.address': {
    en: 'It is not a name or path of a file.',
    zh: '它不是文件的名称或路径。',
  },
  'file-name.outside': {
    en: 'A name with ".." leads out of the output folder.',
    zh: '含有“..”的名称会超出输出文件夹。',
  },
  'file-name.folder': {
    en: 'It ends in a slash, so it names a folder.',
    zh: '它以斜杠结尾，因此是文件夹的名称。',
  },
});

/** Templates of messages about file names. */
export const FILE_NAME_TEMPLATES = say.templates;

/** Names that Windows reserves for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name that every file system accepts: no separators, no control characters, no trailing dots, at most 120 characters. */
export function safeName(name: string, otherwise = 'unnamed'): string {
  const clean = name
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this removes control characters.
    .replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_')
    .slice(0, 120)
    .replace(/^\.+/, '_')
    .replace(/[. ]+$/, '')
    .trim();
  if (clean === '') return otherwise;
  return DEVICE.test(clean) ? `_${clean}` : clean;
}

/** A relative path of safe names with forward slashes. It cannot lead out of the folder it is joined to. */
export function safePath(path: string, otherwise = 'unnamed'): string {
  const parts = path.split(/[/\\]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.length === 0 ? otherwise : parts.map((part) => safeName(part, otherwise)).join('/');
}

/** Whether a name of an output is a path of its own, and not one below the output folder: `/x`, `C:\\x`, `~/x`. */
export const isAbsoluteName = (name: string): boolean => /^([/\\]|[a-z]:[/\\]|~[/\\])/i.test(name);

/**
 * The name of an output for `ctx.files.write`: an absolute path with a safe name at its end, or a safe path below the output
 * folder. Where Patchbay may write only below it, writing to an absolute path is refused.
 */
export function outputName(name: string, otherwise = 'unnamed'): string {
  if (!isAbsoluteName(name)) return safePath(name, otherwise);
  const [, folder = '', last = ''] = /^(.*[/\\])([^/\\]*)[/\\]*$/s.exec(name.replace(/[/\\]+$/, '')) ?? [];
  return `${folder}${safeName(last, otherwise)}`;
}

/**
 * Why a name cannot be used for an output: it leads out of the output folder, or it names no file; undefined for a good
 * name. {@link safePath} would change such a name silently. This check tells the user before the run.
 */
export function nameFault(name: string): Message | undefined {
  // `c:x` starts at the current folder of a drive, which nobody knows. `~ana` is the home of somebody else.
  if (/^([a-z]:(?![/\\])|\w+:\/\/|~(?![/\\]))/i.test(name)) return say('file-name.address');
  const parts = name.split(/[/\\]/);
  if (parts.includes('..')) return say('file-name.outside');
  if (parts.at(-1) === '') return say('file-name.folder');
  return undefined;
}

/** Makes names unique: the second `a.png` becomes `a-2.png`. Names that differ only in case count as equal. */
export function uniqueNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    const dot = name.lastIndexOf('.');
    const cut = dot > name.lastIndexOf('/') + 1 ? dot : name.length;
    let unique = name;
    for (let n = 2; taken.has(unique.toLowerCase()); n++)
      unique = `${name.slice(0, cut)}-${n}${name.slice(cut)}`;
    taken.add(unique.toLowerCase());
    return unique;
  };
}

/** `name` with `extension` (`.csv`) added if it is missing. */
export function withExtension(name: string, extension: string): string {
  return name.toLowerCase().endsWith(extension) ? name : `${name}${extension}`;
}

/** The last part of a path of any system: `cat.png` of `C:\\Pictures\\cat.png`. */
export const baseName = (path: string): string => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
