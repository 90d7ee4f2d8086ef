import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { type FileService, type HostTensor, PatchbayError } from '../../../nodes/sdk/index.ts';
import { type FileData, writeFileAtomic } from './atomic.ts';
import { fingerprintFile } from './fingerprint.ts';
import { encodeNpy, readNpy } from './npy.ts';
import { outputPath } from './output-path.ts';
import type { PathResolver } from './paths.ts';
import { openSafetensors } from './safetensors.ts';
import { encodeSafetensors } from './safetensors-writer.ts';
import { readSidecar, sidecarOf } from './sidecar.ts';

/** Where a run's files come from and go. */
export interface FileServiceOptions {
  readonly paths: PathResolver;
  readonly outDir: string;
}

/** The name of the matrix in the safetensors files we write. */
const TENSOR_NAME = 'embeddings';

/** Files of a run; see {@link FileService}. */
export function createFileService({ paths, outDir }: FileServiceOptions): FileService {
  const write = async (name: string, data: FileData) => {
    try {
      const path = await outputPath(outDir, name);
      return { path, bytes: await writeFileAtomic(path, data) };
    } catch (error) {
      throw unwritable(name, error);
    }
  };
  return {
    write,
    async writeMatrix(name, format, tensor, metadata) {
      const host = await tensor.toHost();
      const parts =
        format === 'npy' ? encodeNpy(host) : encodeSafetensors(new Map([[TENSOR_NAME, host]]), metadata);
      return write(name, parts);
    },
    async readMatrix(path) {
      const file = await paths.resolve(path);
      const { tensor, metadata } = await readMatrix(file);
      if (tensor.dims.length !== 2)
        throw invalid(file, `it holds an array of shape [${tensor.dims}], and rows of vectors are expected`);
      return { tensor, metadata, hash: await hashFile(file) };
    },
    async fingerprint(path) {
      const file = await paths.resolve(path).catch(() => undefined);
      if (file === undefined) return 'refused';
      return extname(file).toLowerCase() === '.npy'
        ? `${await fingerprintFile(file)} ${await fingerprintFile(sidecarOf(file))}`
        : fingerprintFile(file);
    },
  };
}

async function readMatrix(
  file: string,
): Promise<{ tensor: HostTensor<'float32'>; metadata: Readonly<Record<string, string>> }> {
  const ending = extname(file).toLowerCase();
  if (ending === '.npy') return { tensor: await readNpy(file), metadata: await readSidecar(file) };
  if (ending !== '.safetensors')
    throw invalid(file, 'vectors are read from .npy and .safetensors files; other kinds are not opened');
  const stored = await openSafetensors(file);
  try {
    const matrices = [...stored.tensors.values()].filter(({ dims }) => dims.length === 2);
    const chosen = stored.tensors.get(TENSOR_NAME) ?? (matrices.length === 1 ? matrices[0] : undefined);
    if (chosen === undefined)
      throw invalid(file, `it holds ${matrices.length} matrices and none is named "${TENSOR_NAME}"`);
    return { tensor: await stored.readFloat32(chosen.name), metadata: stored.metadata };
  } finally {
    await stored.close();
  }
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  return hash.digest('hex');
}

function invalid(file: string, reason: string): PatchbayError {
  return new PatchbayError({ code: 'file.invalid', message: `${basename(file)} cannot be used: ${reason}.` });
}

function unwritable(name: string, cause: unknown): PatchbayError {
  if (cause instanceof PatchbayError) return cause;
  const { code, path = '' } = cause as NodeJS.ErrnoException;
  const reason =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? `the folder ${dirname(path)} may not be written to`
        : code === 'EISDIR' || code === 'ENOTEMPTY'
          ? 'there is a folder of that name'
          : code === 'EEXIST' || code === 'ENOTDIR'
            ? `${path} is a file, and a folder is needed there`
            : code === 'ENOENT'
              ? `the folder ${path} cannot be made`
              : 'the disk refused it';
  return new PatchbayError(
    {
      code: 'file.unwritable',
      message: `"${name}" could not be written: ${reason}. Nothing was left behind.`,
    },
    { cause },
  );
}
