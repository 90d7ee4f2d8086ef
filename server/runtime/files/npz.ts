import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { type Entry, fromFdPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { type HostTensor, PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { writeFileAtomic } from './atomic.ts';
import { encodeNpy, readNpy } from './npy.ts';
import { openToRead } from './open-to-read.ts';

/** The bytes of an .npz file with one array, as `numpy.savez` writes it: a ZIP archive without compression. */
export async function* encodeNpz(name: string, host: HostTensor<'float32'>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  // A fixed time, so that equal vectors give equal files.
  const options = { compress: false, mtime: new Date(1980, 0, 1, 12), mode: 0o100600 };
  const parts = encodeNpy(host);
  zip.addReadStream(Readable.from(parts), `${name}.npy`, {
    ...options,
    size: parts.reduce((sum, { byteLength }) => sum + byteLength, 0),
  });
  zip.end();
  for await (const part of zip.outputStream) yield part as Buffer;
}

/**
 * Reads the matrix of an .npz file, compressed or not: the array called `name`, otherwise the only one.
 * @throws PatchbayError `npz.*`, `npy.*`, `file.*`
 */
export async function readNpz(path: string, name: string): Promise<HostTensor<'float32'>> {
  const file = await openToRead(path);
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-npz-'));
  try {
    const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false });
    const arrays: Entry[] = [];
    for await (const entry of zip.eachEntry()) if (entry.fileName.endsWith('.npy')) arrays.push(entry);
    const chosen =
      arrays.find(({ fileName }) => fileName === `${name}.npy`) ??
      (arrays.length === 1 ? arrays[0] : undefined);
    if (!chosen)
      throw new PatchbayError(fileMessage('npz.no-matrix', { file: basename(path), count: arrays.length }));
    // As a file, because a compressed array cannot be read in pieces.
    const array = join(folder, basename(path).replace(/\.npz$/i, '.npy'));
    await writeFileAtomic(array, await zip.openReadStreamPromise(chosen), { durable: false });
    return await readNpy(array);
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    const reason = String((cause as Error).message).slice(0, 200);
    throw new PatchbayError(fileMessage('npz.unreadable', { file: basename(path), reason }), { cause });
  } finally {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  }
}
