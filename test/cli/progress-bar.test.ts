import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ProgressBar } from '../../server/cli/progress-bar.ts';
import { skippedLines } from '../../server/cli/result-text.ts';

test.each([[0], [undefined], [80]])('a terminal of %s columns is told how far a node is', (columns) => {
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns });
  const cache = { hit: false, reason: 'new', code: 'cache.new', message: '' } as const;
  const bar = new ProgressBar((id) => id, { stream: screen as unknown as NodeJS.WriteStream, quiet: false });
  bar.on({ type: 'nodeStarted', nodeId: 'encode', seq: 1, cache });
  bar.on({ type: 'nodeProgressed', nodeId: 'encode', done: 7, total: 90, seq: 2 });
  expect(String(screen.read())).toContain('encode 7/90');
});

test('what was left out is counted in words that fit the number', () => {
  const skipped = Array.from({ length: 8 }, (_, i) => ({
    name: `${i}.png`,
    path: `${i}.png`,
    reason: 'Why.',
  }));
  expect(skippedLines(skipped).at(-1)).toBe('  ... 3 more left out');
});
