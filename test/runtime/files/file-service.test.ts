import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileService } from '../../../server/runtime/files/file-service.ts';
import { createPathResolver } from '../../../server/runtime/files/paths.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const outDir = join(folder, 'out');
const files = createFileService({
  outDir,
  paths: createPathResolver({ workflowDir: folder, samplesDir: folder, uploadsDir: folder }),
});
const matrix = hostTensor({ dtype: 'float32', dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) });

describe('files of a run', () => {
  it.each(['npy', 'safetensors'] as const)('a matrix written as %s is read back', async (format) => {
    const { path, bytes } = await files.writeMatrix(`vectors.${format}`, format, matrix, { space: 'clip' });
    expect(readFileSync(path).length).toBe(bytes);
    const read = await files.readMatrix(path);
    expect(read.tensor).toEqual(await matrix.toHost());
    if (format === 'safetensors') expect({ ...read.metadata }).toEqual({ format: 'pt', space: 'clip' });
    expect(read.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('a failed write leaves nothing and says why', async () => {
    await files.write('busy/file.txt', Buffer.from('x'));
    await expect(files.write('busy', Buffer.from('x'))).rejects.toMatchObject({
      code: 'file.name-is-folder',
    });
    await expect(files.write('busy/file.txt/deeper', Buffer.from('x'))).rejects.toMatchObject({
      name: 'PatchbayError',
    });
    expect(readdirSync(join(outDir, 'busy'))).toEqual(['file.txt']);
  });

  it('an error names the file that is in the way', async () => {
    await files.write('way/file.txt', Buffer.from('x'));
    const inside = createFileService({
      outDir: join(outDir, 'way/file.txt/below'),
      paths: createPathResolver({ workflowDir: folder, samplesDir: folder, uploadsDir: folder }),
    });
    await expect(inside.write('a.csv', Buffer.from('x'))).rejects.toMatchObject({
      code: 'file.parent-is-file',
      message: `"a.csv" could not be written, because ${join(outDir, 'way/file.txt')} is a file and not a folder. Choose another name or output folder.`,
    });
  });

  it.each(['weights.pkl', 'model.ckpt', 'a.pt'])('%s is never opened', async (name) => {
    writeFileSync(join(folder, name), 'x');
    await expect(files.readMatrix(name)).rejects.toMatchObject({
      code: 'vectors.format',
      args: { file: name },
    });
  });

  it('a fingerprint changes with the file and exists without it', async () => {
    const path = join(folder, 'watched.txt');
    const missing = await files.fingerprint(path);
    writeFileSync(path, 'a');
    const first = await files.fingerprint(path);
    writeFileSync(path, 'ab');
    const second = await files.fingerprint(path);
    expect(new Set([missing, first, second]).size).toBe(3);
    expect(await files.fingerprint(path)).toBe(second);
    expect(await files.fingerprint('a\0b')).toBe('refused');
  });
});
