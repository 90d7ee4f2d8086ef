import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../fixtures');
/** Everyone who clones the repository gets all of them, and every version stays in its history. */
const MOST_BYTES = 10_000_000;

test('fixtures take at most 10 MB', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const sizes = files.map((file) => ({ file, bytes: statSync(file).size })).sort((a, b) => b.bytes - a.bytes);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = sizes.slice(0, 5).map(({ file, bytes }) => `${bytes} ${file.slice(folder.length + 1)}`);
  expect(total, `Make a fixture smaller; the largest are: ${largest.join(', ')}`).toBeLessThanOrEqual(
    MOST_BYTES,
  );
});
