import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { type HostTensor, PatchbayError } from '../../../nodes/sdk/index.ts';
import { toFloat32, toTensor } from './element-types.ts';
import { openToRead } from './open-to-read.ts';
import { readExactly } from './read-at.ts';
import { parseSafetensorsHeader, type StoredTensor } from './safetensors-header.ts';

/** An open safetensors file: its header is checked, its numbers are read on demand. Close it. */
export interface SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The strings of `__metadata__`; without a prototype. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Reads one tensor in the type nearest to the file's. @throws PatchbayError `file.invalid` when there is none of that name. */
  read(name: string): Promise<HostTensor>;
  /** Reads one tensor as float32, whatever the file holds. */
  readFloat32(name: string): Promise<HostTensor<'float32'>>;
  close(): Promise<void>;
}

/** The format's own limit. */
const MAX_HEADER = 100_000_000;

/**
 * Opens a safetensors file and checks all of its header before any number is read: names once, shapes and offsets that fit
 * each other, every byte owned by exactly one tensor.
 *
 * Format: https://github.com/huggingface/safetensors#format
 * @throws PatchbayError `file.not-found`, `file.invalid` with a sentence
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const refuse = (reason: string, cause?: unknown) =>
    new PatchbayError(
      { code: 'file.invalid', message: `${basename(path)} is no valid safetensors file: ${reason}.` },
      { cause },
    );
  const file = await openToRead(path);
  try {
    const { size } = await file.stat();
    if (size < 8) throw refuse('it is too short to have a header');
    const prefix = await readExactly(file, 0, 8);
    const length = new DataView(prefix.buffer).getBigUint64(0, true);
    if (length > BigInt(MAX_HEADER))
      throw refuse(`its header claims ${length} bytes, more than the format allows`);
    if (length > BigInt(size - 8)) throw refuse(`its header claims ${length} bytes, more than the file has`);
    const header = await readExactly(file, 8, Number(length));
    const dataStart = 8 + Number(length);
    const { tensors, metadata } = parseSafetensorsHeader(header, dataStart, size - dataStart, refuse);
    return handle(path, file, tensors, metadata, refuse);
  } catch (error) {
    await file.close();
    throw error instanceof PatchbayError ? error : refuse('it could not be read', error);
  }
}

function handle(
  path: string,
  file: FileHandle,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
  refuse: (reason: string, cause?: unknown) => PatchbayError,
): SafetensorsFile {
  const load = async (name: string) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw refuse(`it has no tensor named "${name}"`);
    try {
      return { tensor, bytes: await readExactly(file, tensor.begin, tensor.end - tensor.begin) };
    } catch (error) {
      throw refuse(`the tensor "${name}" could not be read`, error);
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
      return { dtype: 'float32', dims: tensor.dims, data: toFloat32(tensor.dtype, bytes) };
    },
    close: () => file.close(),
  };
}
