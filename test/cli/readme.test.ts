import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fences, root } from '../readme.ts';
import { patchbay, scratch } from './cli.ts';

/** The commands that a page shows, except those that need files or models of the reader. */
const commands = fences('README.md')
  .flatMap(({ text }) => text.split('\n'))
  .filter((line) => line.startsWith('npx patchbay ') && !/~\/|models add/.test(line))
  .map((line) => line.slice('npx patchbay '.length));

/** The words of a shell command. Quotes keep words together. */
const words = (line: string) =>
  [...line.matchAll(/(?:'[^']*'|"[^"]*"|\S)+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double),
  );

describe('the commands of the README work as they stand', () => {
  const data = scratch('data');
  test.each(commands)('%s', { timeout: 120_000 }, async (line) => {
    const { code, stdout } = await patchbay(words(line), { data });
    expect(code).toBe(0);
    expect(stdout).not.toBe('');
  });

  test('and the result that it shows is the result', { timeout: 120_000 }, async () => {
    const shown = fences('README.md').find(({ text }) => text.startsWith('matches\n'))!.text;
    const { stdout } = await patchbay(['run', 'search-by-text', '--input', 'text=fruit'], { data });
    // The last decimal may differ between processors.
    const ranked = (text: string) => text.replaceAll(/0\.\d+ \S+/g, '').trimEnd();
    expect(ranked(stdout).startsWith(ranked(shown))).toBe(true);
  });
});

describe('the page of the server lists every command and option', () => {
  const page = readFileSync(join(root, 'server/README.md'), 'utf8');
  const table = (heading: string) => page.split(`\n${heading}\n`)[1]?.split('\n#')[0] ?? '';

  test('every command', async () => {
    const { stdout } = await patchbay(['--help']);
    const [, list = ''] = stdout.split('Commands:');
    const names = [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
    expect(names).toContain('run');
    for (const name of names.filter((one) => one !== 'help'))
      expect(table('## Command line'), name).toMatch(new RegExp(`\`patchbay ${name}[ \`]`));
  });

  test.each([
    ['run', '### `patchbay run`'],
    ['export', '### `patchbay export`'],
    ['serve', '## Running a server'],
  ])('every option of %s', async (command, heading) => {
    const { stdout } = await patchbay([command, '--help']);
    const options = [...stdout.matchAll(/^ +(--[\w-]+)/gm)].map(([, name]) => name);
    expect(options.length).toBeGreaterThan(5);
    for (const option of options) expect(table(heading), option).toContain(`| \`${option}`);
  });
});
