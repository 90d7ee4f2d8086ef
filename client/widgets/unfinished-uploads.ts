const KEY = 'patchbay-unfinished-uploads';
/** The most folders to remember. */
const MOST = 100;

/** The folders whose upload from this browser has begun and not ended, the last one first. */
export function unfinishedUploads(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((name) => typeof name === 'string').slice(0, MOST) : [];
  } catch {
    // Storage is blocked or damaged: an upload that was cut off begins again in a new folder.
    return [];
  }
}

/** Remembers that the upload into a folder has begun, or forgets it at its end. */
export function markUpload(folder: string, isUnfinished: boolean): void {
  const others = unfinishedUploads().filter((name) => name !== folder);
  try {
    localStorage.setItem(KEY, JSON.stringify((isUnfinished ? [folder, ...others] : others).slice(0, MOST)));
  } catch {
    // As above.
  }
}

let underWay = 0;
const warn = (event: Event) => event.preventDefault();

/** Does an upload; meanwhile the browser asks before the page is left. */
export async function whileWarning<T>(upload: () => Promise<T>): Promise<T> {
  if (underWay++ === 0) globalThis.addEventListener?.('beforeunload', warn);
  try {
    return await upload();
  } finally {
    if (--underWay === 0) globalThis.removeEventListener?.('beforeunload', warn);
  }
}
