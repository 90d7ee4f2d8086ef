// Labels pictures in its own process: node kill-child.mjs FOLDER FROM. Prints `N` when the label of picture N was answered.
// Several changes are under way at once, and the log is written into the file often, so that a kill can come at any moment.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openLabelStore } from '../../dist/server/labels/store.js';

const [folder, from] = process.argv.slice(2);
const store = openLabelStore(folder, { maxLogBytes: 3000, foldAfterMs: 5 });
const { categories } = await store.get('Pets');
let next = Number(from);

async function labelOneByOne() {
  for (;;) {
    const n = next++;
    const hash = createHash('sha256').update(String(n)).digest('hex');
    await store.change('Pets', { changes: [{ hash, category: categories[n % 2].id, path: `p/${n}.jpg` }] });
    // Written at once: a line that waits in the memory of a killed process would not say what was answered.
    writeSync(1, `${n}\n`);
  }
}
await Promise.all([labelOneByOne(), labelOneByOne(), labelOneByOne()]);
