import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ImageItem } from '../../../nodes/sdk/index.ts';
import { describeDevices, workbench } from '../ort/test-devices.ts';

const candidates = ['../../../../shared/oracles', '../../fixtures/oracles'].map(
  (path) => new URL(`${path}/topk/expected.safetensors`, import.meta.url),
);
const oracles = candidates.filter((url) => existsSync(url));
if (oracles.length === 0) console.warn('SKIPPED: there are no top-k oracles to compare with');

function readOracle(url: URL) {
  const bytes = readFileSync(url);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<
    string,
    { shape: [number, number]; data_offsets: [number, number] }
  >;
  const part = (name: string) => {
    const { shape, data_offsets } = header[name]!;
    const buffer = bytes.buffer.slice(
      bytes.byteOffset + 8 + length + data_offsets[0],
      bytes.byteOffset + 8 + length + data_offsets[1],
    );
    return { shape, buffer };
  };
  const floats = (name: string) => ({ dims: part(name).shape, data: new Float32Array(part(name).buffer) });
  return {
    gallery: floats('gallery'),
    queries: floats('queries'),
    scores: floats('scores'),
    indices: Array.from(new BigInt64Array(part('indices').buffer), Number),
  };
}

describe.skipIf(oracles.length === 0)('cosine top-k of the reference cases', () => {
  describeDevices('equals float64', (device) => {
    const { ops } = workbench(device, 3000);
    test.each(
      oracles.map((url) => [url.pathname.includes('fixtures') ? 'fixtures' : 'shared', url] as const),
    )('indices exactly and scores to 1e-6: %s', async (_, url) => {
      const oracle = readOracle(url);
      const unit = (what: { dims: readonly number[]; data: Float32Array }) =>
        ops.l2Normalize(ops.tensor({ dtype: 'float32', ...what }));
      const item: ImageItem = {
        kind: 'image',
        name: '',
        path: '',
        source: { kind: 'asset', hash: '', size: 0 },
      };
      const [left, right] = [await unit(oracle.queries), await unit(oracle.gallery)];
      const ranked = await ops.rank(
        {
          kind: 'similarity',
          queries: Array(left.dims[0]!).fill(item),
          gallery: Array(right.dims[0]!).fill(item),
          metric: 'cosine',
          scores: { form: 'product', left, right },
          skipped: [],
        },
        { k: oracle.scores.dims[1], signal: new AbortController().signal },
      );
      expect(ranked.flatMap(({ indices }) => indices)).toEqual(oracle.indices);
      const worst = ranked
        .flatMap(({ scores }) => scores)
        .reduce((most, score, i) => Math.max(most, Math.abs(score - oracle.scores.data[i]!)), 0);
      expect(worst).toBeLessThan(1e-6);
    });
  });
});
