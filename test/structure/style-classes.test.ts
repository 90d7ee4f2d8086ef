import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const client = join(import.meta.dirname, '../../client');
const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
);

test('every class that a component takes from its style sheet is in it', () => {
  // A class that is gone reads as undefined, and the component loses its layout without a word.
  const missing = files.flatMap((file) => {
    const text = readFileSync(join(client, file), 'utf8');
    return [...text.matchAll(/^import (\w+) from '([^']+\.module\.css)';$/gm)].flatMap(
      ([, name, sheet = '']) => {
        const styles = readFileSync(join(client, dirname(file), sheet), 'utf8');
        const classes = new Set([...styles.matchAll(/\.([A-Za-z_][\w-]*)/g)].map((match) => match[1]));
        const used = [...text.matchAll(new RegExp(`(?<![\\w./-])${name}\\.(\\w+)`, 'g'))].map(
          (match) => match[1],
        );
        return used.filter((one) => !classes.has(one)).map((one) => `${file}: ${name}.${one}`);
      },
    );
  });
  expect(missing).toEqual([]);
});
