import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageItem, Labels, TextItem } from '../../nodes/sdk/index.ts';

const folder = join(import.meta.dirname, '../fixtures/measuring');

/** The cases of a fixture, which `models/recipes/measuring` wrote. */
export function measuring<T>(name: string): T {
  return (JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { cases: T }).cases;
}

/** Pictures that exist by name only, with their true categories. */
export const pictures = (truth: readonly (string | undefined)[]): ImageItem[] =>
  truth.map((label, at) => ({
    kind: 'image',
    name: `${at}.png`,
    path: `${at}.png`,
    source: { kind: 'file', path: `/pictures/${at}.png`, size: 1, mtimeMs: 0 },
    ...(label !== undefined && { label }),
  }));

/** Categories as the texts of a gallery. */
export const categories = (names: readonly string[]): TextItem[] =>
  names.map((name) => ({ kind: 'text', text: name, label: name }));

/** Predictions of pictures. */
export const predictions = (
  items: Labels['items'],
  labels: Labels['labels'],
  scores?: readonly number[],
): Labels => ({ kind: 'labels', items, labels, ...(scores && { scores }) });
