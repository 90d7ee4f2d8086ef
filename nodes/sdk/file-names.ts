/** Names that Windows keeps for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** One name that every file system takes: no separators, no control characters, no trailing dots, at most 120 characters. */
export function safeName(name: string, otherwise = 'unnamed'): string {
  const clean = name
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
    .replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_')
    .slice(0, 120)
    .replace(/^\.+/, '_')
    .replace(/[. ]+$/, '')
    .trim();
  if (clean === '') return otherwise;
  return DEVICE.test(clean) ? `_${clean}` : clean;
}

/** A relative path of safe names with forward slashes: it cannot leave the folder it is joined to. */
export function safePath(path: string, otherwise = 'unnamed'): string {
  const parts = path.split(/[/\\]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.length === 0 ? otherwise : parts.map((part) => safeName(part, otherwise)).join('/');
}

/**
 * Why a name given for an output would lead elsewhere than below the output folder, or to no file; undefined where it is
 * a fine name. {@link safePath} keeps every name inside; this one says so before a run instead of writing another file.
 */
export function nameFault(name: string): string | undefined {
  if (/^([/\\~]|[a-z]:|\w+:\/\/)/i.test(name)) return 'names are relative to the output folder';
  const parts = name.split(/[/\\]/);
  if (parts.includes('..')) return 'names stay inside the output folder, so none of it may be ".."';
  if (parts.at(-1) === '') return 'it ends in a slash, which is the name of a folder';
  return undefined;
}

/** Gives each name once: the second `a.png` becomes `a-2.png`. Names that differ only in case count as equal. */
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

/** `name` with `extension` (`.csv`), unless it has it already. */
export function withExtension(name: string, extension: string): string {
  return name.toLowerCase().endsWith(extension) ? name : `${name}${extension}`;
}
