import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { availableModels } from '../../../server/hub/catalog.ts';
import { parityOf } from '../../../server/hub/parity.ts';
import { openModelStore } from '../../../server/runtime/models/store.ts';

const ORACLES = join(import.meta.dirname, '../../fixtures/oracles');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-measured-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const copyOf = (name: string) => {
  cpSync(join(ORACLES, name), join(folder, name), { recursive: true });
  return join(folder, name);
};
const entryOf = async (name: string) => (await openModelStore({ folders: [folder] })).get(name);
const parityIn = async (name: string) => parityOf(await entryOf(name));

/** Changes a file without changing its meaning: an ONNX model with an additional doc_string. */
const change = (path: string) => appendFileSync(path, Buffer.from([0x32, 0x02, 0x68, 0x69]));

const identity = (path: string) => {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** Writes the file that an export puts beside its graphs. */
function writeParity(path: string, graphs: Record<string, number>, told = true): void {
  const files = Object.fromEntries(
    Object.entries(graphs).map(([name, cosine]) => [
      name,
      {
        precision: 'fp32',
        outputs: { a: { maxAbs: 1e-6, range: 2, cosine: 1 }, b: { maxAbs: 1e-3, range: 2, cosine } },
        ...(told && { written: { [name]: identity(join(path, name)) } }),
      },
    ]),
  );
  const versions = { torch: '2.13.0+cpu', transformers: '5.18.0', numpy: '2' };
  writeFileSync(
    join(path, 'parity.json'),
    JSON.stringify({ version: 1, against: 'PyTorch, float32', versions, files }),
  );
}

describe('what is said to be measured', () => {
  it('are the very files of the reference cases, each precision with its own figures', async () => {
    copyOf('clip-export');
    const parity = await parityIn('clip-export');
    expect(parity).toMatchObject({
      of: 'files',
      by: 'tests',
      against: expect.stringContaining('Transformers'),
    });
    const precisions = parity?.of === 'files' ? parity.precisions : [];
    expect(precisions.map(({ precision }) => precision)).toEqual(['fp32', 'fp16', 'q8']);
    const [exact, , small] = precisions;
    expect(exact!.cosine).toBeGreaterThanOrEqual(0.99999);
    expect(small!.cosine).toBeLessThan(exact!.cosine);
  });

  it('is not a file that differs in four bytes, though it works the same: its kind was', async () => {
    const path = copyOf('clip');
    expect(await parityIn('clip')).toMatchObject({ of: 'files' });
    change(join(path, 'onnx/text_model.onnx'));
    expect(await parityIn('clip')).toMatchObject({ of: 'family' });
  });

  it('is not a file of the same length', async () => {
    const path = join(copyOf('vit'), 'onnx/model.onnx');
    const bytes = readFileSync(path);
    const at = bytes.length >> 1;
    bytes[at]! ^= 1;
    writeFileSync(path, bytes);
    expect(await parityIn('vit')).toMatchObject({ of: 'family' });
  });

  it('is what an export measured of the files it wrote, at its worst, and of no others', async () => {
    const path = copyOf('clip');
    const [image, text] = ['onnx/vision_model.onnx', 'onnx/text_model.onnx'];
    for (const name of [image, text]) change(join(path, name));
    writeParity(path, { [image]: 0.99999, [text]: 0.9999 });
    expect(await parityIn('clip')).toEqual({
      ...{ of: 'files', by: 'export', against: 'PyTorch 2.13.0' },
      precisions: [{ precision: 'fp32', cosine: 0.9999, maxAbs: 1e-3 }],
    });
    writeParity(path, { [image]: 1 });
    expect(await parityIn('clip')).toMatchObject({ of: 'family' });
    writeParity(path, { [image]: 1, [text]: 1 }, false);
    expect(await parityIn('clip')).toMatchObject({ of: 'family' });
    writeParity(path, { [image]: 1, [text]: 1 });
    change(join(path, image));
    expect(await parityIn('clip')).toMatchObject({ of: 'family' });
  });

  it.each(['[]', '{', 'null', '{"against":"x","files":{"__proto__":{"outputs":{}}}}', '{"files":7}'])(
    'is nothing that %s would say',
    async (text) => {
      const path = copyOf('vit');
      change(join(path, 'onnx/model.onnx'));
      writeFileSync(join(path, 'parity.json'), text);
      expect(await parityIn('vit')).toMatchObject({ of: 'family' });
    },
  );

  it('is nothing of a model of no known family, nor of one that cannot be used', async () => {
    const path = copyOf('vit');
    change(join(path, 'onnx/model.onnx'));
    writeFileSync(join(path, 'config.json'), '{"model_type":"swin"}');
    expect(await parityIn('vit')).toBeUndefined();
    expect(parityOf({ family: 'clip', problem: 'broken' })).toBeUndefined();
    expect(parityOf({ family: 'constructor' })).toBeUndefined();
  });

  it('of what is not here yet is its kind at most', () => {
    for (const model of availableModels()) expect(parityOf(model)?.of).toBe('family');
  });
});
