import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Cell, type HostTensor, PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { type ReadTable, readTableFile } from '../collections/table-files.ts';
import { readNpy } from './npy.ts';

// https://github.com/rom1504/clip-retrieval: img_emb/img_emb_0.npy, img_emb/img_emb_1.npy, ... hold the vectors, and
// metadata/metadata_0.parquet, ... one row for each. Some programs write all files into one folder.

const PART = /^img_emb_(\d+)\.npy$/;

/** The parts in a folder, in the order of their numbers. */
async function partsIn(folder: string): Promise<{ readonly path: string; readonly number: string }[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const number = PART.exec(name)?.[1];
      return number === undefined ? [] : [{ path: join(folder, name), number }];
    })
    .sort((a, b) => Number(a.number) - Number(b.number));
}

/**
 * Reads vectors and metadata that clip-retrieval wrote.
 * @throws PatchbayError `clip-retrieval.*`, `npy.*`, `parquet.*`
 */
export async function readClipRetrieval(folder: string): Promise<{
  readonly tensor: HostTensor<'float32'>;
  readonly table?: Pick<ReadTable, 'columns' | 'rows'>;
}> {
  const nested = await partsIn(join(folder, 'img_emb'));
  const parts = nested.length > 0 ? nested : await partsIn(folder);
  if (parts.length === 0) throw new PatchbayError(fileMessage('clip-retrieval.none', { path: folder }));
  const matrices: HostTensor<'float32'>[] = [];
  const columns: { name: string; type: ReadTable['columns'][number]['type'] }[] = [];
  const rows: (readonly Cell[])[] = [];
  let hasTable = true;
  for (const { path, number } of parts) {
    const matrix = await readNpy(path);
    matrices.push(matrix);
    const beside = [
      join(folder, 'metadata', `metadata_${number}.parquet`),
      join(folder, `metadata_${number}.parquet`),
    ];
    const found = await Promise.all(
      beside.map((file) =>
        stat(file).then(
          () => true,
          () => false,
        ),
      ),
    );
    const file = beside[found.indexOf(true)];
    if (file === undefined) {
      hasTable = false;
      continue;
    }
    const table = await readTableFile(file);
    if (table.rows.length !== matrix.dims[0])
      throw new PatchbayError(
        fileMessage('clip-retrieval.rows', {
          file: basename(file),
          rows: table.rows.length,
          vectors: matrix.dims[0] ?? 0,
        }),
      );
    const places = table.columns.map((column) => {
      const at = columns.findIndex(({ name }) => name === column.name);
      return at >= 0 ? at : columns.push({ ...column }) - 1;
    });
    for (const row of table.rows) {
      const cells: Cell[] = [];
      for (const [i, place] of places.entries()) cells[place] = row[i] ?? null;
      rows.push(cells);
    }
  }
  const dims = matrices[0]!.dims[1] ?? 0;
  const count = matrices.reduce((sum, matrix) => sum + (matrix.dims[0] ?? 0), 0);
  const other = matrices.findIndex((matrix) => matrix.dims.length !== 2 || matrix.dims[1] !== dims);
  if (other >= 0)
    throw new PatchbayError(
      fileMessage('vectors.shape', {
        file: basename(parts[other]!.path),
        shape: matrices[other]!.dims.join(', '),
      }),
    );
  const data = new Float32Array(count * dims);
  let next = 0;
  for (const matrix of matrices) {
    data.set(matrix.data, next);
    next += matrix.data.length;
  }
  const whole = rows.map((row) => columns.map((_, i) => row[i] ?? null));
  return {
    tensor: { dtype: 'float32', dims: [count, dims], data },
    ...(hasTable && { table: { columns, rows: whole } }),
  };
}
