import { lstat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import {
  type FileService,
  type HostTensor,
  type ImageItem,
  isAbsoluteName,
  type Message,
  PatchbayError,
} from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { isTableFile, parquetBytes, type ReadTable, readTableFile } from '../collections/table-files.ts';
import { type FileData, writeFileAtomic } from './atomic.ts';
import { readClipRetrieval } from './clip-retrieval.ts';
import { fingerprintFile } from './fingerprint.ts';
import type { Moves, RunMoves } from './moves.ts';
import { encodeNpy, readNpy } from './npy.ts';
import { encodeNpz, readNpz } from './npz.ts';
import { outputPath } from './output-path.ts';
import type { OwnFiles } from './own-files.ts';
import type { PathResolver } from './paths.ts';
import { hashRegular } from './regular-file.ts';
import { openSafetensors } from './safetensors.ts';
import { encodeSafetensors } from './safetensors-writer.ts';
import { readSidecar, sidecarOf } from './sidecar.ts';

/** Settings of {@link createFileService}. */
export interface FileServiceOptions {
  readonly paths: PathResolver;
  readonly outDir: string;
  /** Allows files at absolute paths, and tells which of them may be replaced. */
  readonly own?: OwnFiles;
  /** Allows to move the files of pictures. */
  readonly moves?: Moves;
}

/** The name of the matrix in safetensors files that Patchbay writes. */
const TENSOR_NAME = 'embeddings';

/** Reads and writes the files of a run; see {@link FileService}. */
export function createFileService({ paths, outDir, own, moves }: FileServiceOptions): FileService {
  let ofRun: RunMoves | undefined;
  const write = async (name: string, data: FileData) => {
    try {
      if (!isAbsoluteName(name)) {
        const path = await outputPath(outDir, name);
        return { path, bytes: await writeFileAtomic(path, data) };
      }
      if (!own) throw new PatchbayError(fileMessage('output-name.only-below', { name: name.slice(0, 200) }));
      const path = await own.path(name);
      const bytes = await writeFileAtomic(path, data);
      await own.note(path);
      return { path, bytes };
    } catch (error) {
      throw unwritable(name, error);
    }
  };
  /** The file of a picture if a user chose it: no sample, upload, stored file or link. */
  const ownFileOf = async ({ source }: ImageItem): Promise<string | undefined> => {
    if (source.kind !== 'file' || !(await paths.mayRead(source.path))) return undefined;
    if (/^(sample|uploads):/.test(paths.written(source.path))) return undefined;
    return (await lstat(source.path)).isFile() ? source.path : undefined;
  };
  return {
    write,
    async move(item, name) {
      if (!moves) throw new PatchbayError(fileMessage('moves.not-here'));
      const from = await ownFileOf(item).catch(() => undefined);
      if (from === undefined) return undefined;
      try {
        ofRun ??= moves.begin();
        const to = isAbsoluteName(name) && own ? await own.place(name) : await outputPath(outDir, name);
        return { path: await ofRun.move(from, to), bytes: item.source.size, moves: ofRun.id };
      } catch (error) {
        throw unwritable(name, error);
      }
    },
    async writeMatrix(name, format, tensor, metadata) {
      const host = await tensor.toHost();
      if (format === 'npz') return write(name, encodeNpz(TENSOR_NAME, host));
      const parts =
        format === 'npy' ? encodeNpy(host) : encodeSafetensors(new Map([[TENSOR_NAME, host]]), metadata);
      return write(name, parts);
    },
    writeParquet: (name, content) => write(name, parquetBytes(content)),
    async readMatrix(path) {
      const file = await paths.resolve(path);
      const isFolder = (await lstat(file).catch(() => undefined))?.isDirectory() ?? false;
      const { tensor, metadata, table } = await (isFolder ? readFolder(file) : readMatrix(file));
      if (tensor.dims.length !== 2) {
        const shape = tensor.dims.join(', ');
        throw new PatchbayError(fileMessage('vectors.shape', { file: basename(file), shape }));
      }
      const hash = isFolder ? await fingerprintFile(file) : await hashRegular(file);
      return { tensor, metadata, hash, ...(table && { table }) };
    },
    async readTable(path) {
      const file = await paths.resolve(path);
      if (!isTableFile(file))
        throw new PatchbayError(fileMessage('table-file.format', { file: basename(file) }));
      const { columns, rows } = await readTableFile(file, false);
      return { columns, rows };
    },
    async fingerprint(path) {
      const file = await paths.resolve(path).catch(() => undefined);
      if (file === undefined) return 'refused';
      return ['.npy', '.npz'].includes(extname(file).toLowerCase())
        ? `${await fingerprintFile(file)} ${await fingerprintFile(sidecarOf(file))}`
        : fingerprintFile(file);
    },
  };
}

/** What a file of vectors holds. */
interface Matrix {
  readonly tensor: HostTensor<'float32'>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly table?: Pick<ReadTable, 'columns' | 'rows'>;
}

const readFolder = async (folder: string): Promise<Matrix> => ({
  ...(await readClipRetrieval(folder)),
  metadata: {},
});

async function readMatrix(file: string): Promise<Matrix> {
  const ending = extname(file).toLowerCase();
  if (ending === '.npy') return { tensor: await readNpy(file), metadata: await readSidecar(file) };
  if (ending === '.npz')
    return { tensor: await readNpz(file, TENSOR_NAME), metadata: await readSidecar(file) };
  if (isTableFile(file)) {
    const { tensor, columns, rows, metadata } = await readTableFile(file);
    if (!tensor) throw new PatchbayError(fileMessage('parquet.no-vectors', { file: basename(file) }));
    return { tensor, metadata, table: { columns, rows } };
  }
  if (ending !== '.safetensors')
    throw new PatchbayError(fileMessage('vectors.format', { file: basename(file) }));
  const stored = await openSafetensors(file);
  try {
    const matrices = [...stored.tensors.values()].filter(({ dims }) => dims.length === 2);
    const chosen = stored.tensors.get(TENSOR_NAME) ?? (matrices.length === 1 ? matrices[0] : undefined);
    if (chosen === undefined) {
      const found = { file: basename(file), count: matrices.length, wanted: TENSOR_NAME };
      throw new PatchbayError(fileMessage('vectors.no-matrix', found));
    }
    return { tensor: await stored.readFloat32(chosen.name), metadata: stored.metadata };
  } finally {
    await stored.close();
  }
}

function unwritable(name: string, cause: unknown): PatchbayError {
  return cause instanceof PatchbayError ? cause : new PatchbayError(faultOf(name, cause), { cause });
}

function faultOf(name: string, cause: unknown): Message {
  const { code, path = '' } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fileMessage('file.disk-full', { name });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return fileMessage('file.no-write-access', { name, folder: dirname(path) });
    case 'EISDIR':
    case 'ENOTEMPTY':
      return fileMessage('file.name-is-folder', { name });
    case 'EEXIST':
    case 'ENOTDIR':
      return fileMessage('file.parent-is-file', { name, path });
    case 'ENOENT':
      return fileMessage('file.folder-not-made', { name, path });
    default:
      return fileMessage('file.unwritable', { name, reason: code ?? String(cause) });
  }
}
