import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Parity, paritySummaries, parseParity } from '../../models/parity.ts';
import { FAMILIES } from '../../server/runtime/models/families.ts';
import { describeOracles, expectedJson, type OracleRoot } from '../runtime/encoders/oracle-cases.ts';
import { PARITY_CASES, type ParityCase } from './parity-cases.ts';
import { type Distance, type FolderParity, measure } from './parity-measure.ts';

// PATCHBAY_PARITY=write vitest run --project rules test/models/parity.test.ts
// checks everything against its tolerance, and then writes the figures.
const writing = process.env.PATCHBAY_PARITY === 'write';
const FILE = fileURLToPath(new URL('../../models/parity.json', import.meta.url));
const told = !writing && existsSync(FILE) ? parseParity(JSON.parse(readFileSync(FILE, 'utf8'))) : undefined;
const measured: Record<string, Parity['folders'][string]> = {};

function against(root: OracleRoot, { folder, reference }: ParityCase): string {
  const { transformers, torch } = expectedJson(root, folder) as unknown as {
    transformers: string;
    torch: string;
  };
  const pytorch = `PyTorch ${torch.replace(/\+.*/, '')}`;
  if (reference === 'PyTorch') return pytorch;
  if (reference === 'Transformers') return `Transformers ${transformers}, ${pytorch}`;
  const { versions } = JSON.parse(readFileSync(`${root.path}${folder}/parity.json`, 'utf8')) as {
    versions: Record<string, string>;
  };
  return `timm ${versions.timm}, ${pytorch}`;
}

/** The size and sha256 of each graph of a folder. */
function graphsIn(folder: string): Parity['folders'][string]['files'] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    name.replaceAll('\\', '/'),
  );
  return Object.fromEntries(
    names
      .filter((name) => name.includes('.onnx'))
      .sort()
      .map((name) => {
        const bytes = readFileSync(`${folder}/${name}`);
        return [name, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }];
      }),
  );
}

/** Four digits are enough, and do not change with the last bit of a sum. */
const short = (value: number) => Number(value.toPrecision(4));
const shorter = ({ vectors, maxAbs, range, cosine }: Distance): Distance => ({
  vectors,
  maxAbs: short(maxAbs),
  range: short(range),
  cosine: Number(cosine.toFixed(8)),
});
const eachShorter = (all: Readonly<Record<string, Distance>>) =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, shorter(one)]));

for (const one of PARITY_CASES) {
  describeOracles(one.folder, (root) => {
    const key = `${root.name}/${one.folder}`;
    let found: FolderParity;
    beforeAll(async () => {
      found = await measure(root, one);
      measured[key] = {
        family: one.family,
        files: graphsIn(`${root.path}${one.folder}`),
        against: against(root, one),
        ...found,
        outputs: eachShorter(found.outputs),
        ...(found.precisions && { precisions: eachShorter(found.precisions) }),
      };
    });

    it('every output equals the reference', () => {
      for (const [name, { maxAbs, range, cosine }] of Object.entries(found.outputs)) {
        // Both sides round the levels of a decoded picture.
        expect(cosine, name).toBeGreaterThanOrEqual(name === 'decoded' ? 0.9999 : 0.99999);
        if (name === 'decoded') expect(maxAbs, name).toBeLessThanOrEqual(1);
        else if (range < 20) expect(maxAbs, name).toBeLessThanOrEqual(1e-4);
      }
    });

    it('prepared pictures and token ids are all the same', () => {
      expect(found.preprocess?.different ?? 0).toBe(0);
      expect(found.texts?.different ?? 0).toBe(0);
    });

    it.runIf(one.precisions)('smaller variants are as near as they can be', () => {
      for (const [precision, least] of Object.entries(one.precisions ?? {}))
        expect(found.precisions?.[precision]?.cosine).toBeGreaterThanOrEqual(least);
    });

    it.skipIf(writing)('models/parity.json tells what is measured here', () => {
      const said = told?.folders[key];
      expect(said, `${key} is not in models/parity.json: write it again`).toBeDefined();
      const { outputs, precisions, ...exact } = said!;
      const { outputs: ours, precisions: variants, ...counts } = measured[key]!;
      expect(exact).toEqual(counts);
      for (const [all, now] of [
        [outputs, ours],
        [precisions ?? {}, variants ?? {}],
      ] as const) {
        expect(Object.keys(all)).toEqual(Object.keys(now));
        for (const [name, { vectors, range, maxAbs }] of Object.entries(all)) {
          const mine = now[name]!;
          expect({ vectors: mine.vectors, range: mine.range }, name).toEqual({ vectors, range });
          // Another processor adds in another order, and multiplies 8-bit numbers with other instructions.
          if (all === outputs) expect(mine.maxAbs, name).toBeLessThanOrEqual(Math.max(1e-5, 10 * maxAbs));
        }
      }
    });
  });
}

describe('models/parity.json', () => {
  it.skipIf(writing)('tells of nothing else, and of every family there is', () => {
    const folders = PARITY_CASES.flatMap(({ folder }) => [`own/${folder}`, `given/${folder}`]);
    expect(Object.keys(told!.folders).filter((key) => !folders.includes(key))).toEqual([]);
    const summaries = told!.families;
    expect(summaries).toEqual(paritySummaries(told!.folders));
    const families = FAMILIES.map(({ name }) => name).filter((name) => name !== 'descriptor');
    expect(Object.keys(summaries).sort()).toEqual(families.sort());
    for (const { cosine, pixels, texts } of Object.values(summaries)) {
      expect(cosine).toBeGreaterThanOrEqual(0.99999);
      expect(pixels?.different ?? 0).toBe(0);
      expect(texts?.different ?? 0).toBe(0);
    }
  });
});

afterAll(() => {
  if (!writing) return;
  const folders = Object.fromEntries(Object.entries(measured).sort(([a], [b]) => (a < b ? -1 : 1)));
  const { version } = JSON.parse(
    readFileSync(
      fileURLToPath(new URL('../../node_modules/onnxruntime-node/package.json', import.meta.url)),
      'utf8',
    ),
  ) as { version: string };
  const parity = parseParity({
    version: 1,
    runtime: `ONNX Runtime ${version}, CPU`,
    folders,
    families: paritySummaries(folders),
  });
  writeFileSync(FILE, `${JSON.stringify(parity, null, 2)}\n`);
});
