// Adds pictures to a collection until it is killed, and says what is kept. Arguments: the folder of collections, the first number.
import { writeSync } from 'node:fs';
import {
  createCollectionService,
  openCollections,
} from '../../dist/server/runtime/collections/collection-service.js';

const [, , root, first] = process.argv;
const store = createCollectionService(openCollections(root));
const { signal } = new AbortController();
const DIMS = 16;
const space = {
  ...{ encoder: 'clip', title: 'clip', layer: 'embedding', projection: 'model' },
  ...{ pooling: 'model', tower: 'image', normalized: false },
};

for (let n = Number(first); ; n++) {
  // Each step adds a picture, changes the one before, and now and then removes one of this step.
  const numbers = [n, n - 1].filter((one) => one >= 0);
  const data = new Float32Array(numbers.length * DIMS);
  for (const [i, one] of numbers.entries()) data.fill(one === n ? one : one + 0.5, i * DIMS, (i + 1) * DIMS);
  await store.save(
    'Pets',
    {
      items: numbers.map((one) => ({
        ...{ kind: 'image', name: `${one}.jpg`, path: `${one}.jpg`, label: one === n ? 'new' : 'old' },
        source: { kind: 'file', path: `/p/${one}.jpg`, size: 1, mtimeMs: 1 },
      })),
      hashes: numbers.map((one) => String(one).padStart(64, one === n ? '0' : '1')),
      vectors: { dtype: 'float32', dims: [numbers.length, DIMS], data },
      space,
      others: 'keep',
    },
    { signal },
  );
  writeSync(1, `${n}\n`);
}
