import { statfs } from 'node:fs/promises';
import { hubError } from './hub-error.ts';

/** Left free for everything else. */
const SPARE_BYTES = 64 << 20;

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;

/** @throws PatchbayError `hub.disk-full` when a folder's disk has no room for so many bytes more. */
export async function checkSpace(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes + SPARE_BYTES <= free || bytes === 0) return;
  throw hubError(
    'disk-full',
    `${what} needs ${megabytes(bytes)} more, and the disk of ${folder} has ${megabytes(free)} free: free some space, or choose another data folder with PATCHBAY_DATA.`,
  );
}
