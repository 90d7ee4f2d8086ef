import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COLORS } from '../../../../client/results/curve/curve-drawing.ts';
import { contrast } from './contrast.ts';

const css = readFileSync(join(import.meta.dirname, '../../../../client/ui/theme/tokens.css'), 'utf8');
const [light = '', dark = ''] = css.split(':root[data-mantine-color-scheme="dark"]');
const token = (scheme: string, name: string) =>
  new RegExp(`${name}: (#[0-9a-f]{6});`).exec(scheme)?.[1] ?? '';
const series = (scheme: string) => COLORS.map((_, at) => token(scheme, `--pb-series-${at + 1}`));

describe('lines of a curve', () => {
  test.each([
    ['light', light],
    ['dark', dark],
  ])('stand out by 3:1 from what they are drawn on, %s', (_, scheme) => {
    for (const surface of ['--pb-surface', '--pb-raised'])
      for (const color of series(scheme))
        expect(contrast(color, token(scheme, surface)), `${color} on ${surface}`).toBeGreaterThanOrEqual(3);
  });

  test('have the colours of the light scheme in an exported picture', () => {
    expect(COLORS).toEqual(series(light));
  });
});
