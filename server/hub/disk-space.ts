import { statfs } from 'node:fs/promises';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';

/** How many bytes must stay free for other programs. */
const SPARE_BYTES = 64 << 20;

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;

/** @throws PatchbayError `hub.no-space` when the disk of a folder has no room for `bytes` more */
export async function checkSpace(folder: string, bytes: number, model: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes + SPARE_BYTES <= free || bytes === 0) return;
  const sizes = { needed: megabytes(bytes), free: megabytes(free) };
  throw new PatchbayError(hubMessage('hub.no-space', { model, folder, ...sizes }));
}
