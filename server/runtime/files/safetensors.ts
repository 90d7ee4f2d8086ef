import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { type HostTensor, PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { toFloat32, tooLarge, toTensor } from './element-types.ts';
import { openToRead } from './open-to-read.ts';
import { readExactly } from './read-at.ts';
import { parseSafetensorsHeader, type StoredTensor } from './safetensors-header.ts';

/** An open safetensors file. Its header is checked; tensors are read on demand. Close it after use. */
export interface SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The strings of `__metadata__`, in an object without a prototype. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Reads one tensor in the nearest tensor type. @throws PatchbayError `safetensors.no-tensor`, `safetensors.tensor-unreadable` */
  read(name: string): Promise<HostTensor>;
  /** Reads one tensor as float32, whatever its type in the file. @throws the same as `read` */
  readFloat32(name: string): Promise<HostTensor<'float32'>>;
  close(): Promise<void>;
}

/** The limit that the format itself sets. */
const MAX_HEADER = 100_000_000;

/**
 * Opens a safetensors file and checks its whole header before it reads any number. Each name must occur once, shapes and offsets
 * must fit each other, and every byte must belong to exactly one tensor.
 *
 * Format: https://github.com/huggingface/safetensors#format
 * @throws PatchbayError `file.not-found`, `file.not-a-file`, `file.unreadable`, `safetensors.*`
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const name = basename(path);
  const file = await openToRead(path);
  try {
    const { size } = await file.stat();
    if (size < 8) throw new PatchbayError(fileMessage('safetensors.too-short', { file: name }));
    const prefix = await readExactly(file, 0, 8);
    const length = new DataView(prefix.buffer).getBigUint64(0, true);
    const claim = { file: name, bytes: String(length) };
    if (length > BigInt(MAX_HEADER))
      throw new PatchbayError(fileMessage('safetensors.header-too-long', claim));
    if (length > BigInt(size - 8))
      throw new PatchbayError(fileMessage('safetensors.header-beyond-file', claim));
    const header = await readExactly(file, 8, Number(length));
    const dataStart = 8 + Number(length);
    return handle(path, file, parseSafetensorsHeader(header, dataStart, size - dataStart, name));
  } catch (error) {
    await file.close();
    if (error instanceof PatchbayError) throw error;
    throw new PatchbayError(fileMessage('safetensors.unreadable', { file: name }), { cause: error });
  }
}

function handle(
  path: string,
  file: FileHandle,
  { tensors, metadata }: ReturnType<typeof parseSafetensorsHeader>,
): SafetensorsFile {
  const load = async (name: string) => {
    const place = { file: basename(path), tensor: name };
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new PatchbayError(fileMessage('safetensors.no-tensor', place));
    try {
      return { tensor, bytes: await readExactly(file, tensor.begin, tensor.end - tensor.begin) };
    } catch (cause) {
      throw new PatchbayError(fileMessage('safetensors.tensor-unreadable', place), { cause });
    }
  };
  return {
    path,
    tensors,
    metadata,
    async read(name) {
      const { tensor, bytes } = await load(name);
      return toTensor(tensor.dtype, tensor.dims, bytes);
    },
    async readFloat32(name) {
      const { tensor, bytes } = await load(name);
      const large = tooLarge(tensor.dtype, bytes);
      if (large) {
        const row = Math.floor(large.index / tensor.dims.slice(1).reduce((size, dim) => size * dim, 1)) + 1;
        const place = { file: basename(path), tensor: name, row, value: String(large.value) };
        throw new PatchbayError(fileMessage('safetensors.too-large', place));
      }
      return { dtype: 'float32', dims: tensor.dims, data: toFloat32(tensor.dtype, bytes) };
    },
    close: () => file.close(),
  };
}
