import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvOf } from '../../../client/results/csv.ts';
import { rowsOf } from '../../../client/results/export-text.ts';
import { frameOf } from '../../../client/results/patches/frame.ts';
import { mapOf } from '../../../client/results/patches/maps.ts';
import { withoutHidden } from '../../../client/results/patches/patches-view.tsx';
import { pickedNow } from '../../../client/results/patches/pick.ts';
import type { PreprocessStep } from '../../../nodes/sdk/index.ts';
import { type ReadView, readView, viewItemKey } from '../../../server/contract/view.ts';
import { planStages } from '../../../server/runtime/preprocess/geometry.ts';

const cat = { path: 'animals/cat.png', label: 'animals', file: '/x/cat.png', ref: 'r.s' };
const dog = { path: 'dog.png', label: null, asset: 'h' };
const heat = {
  view: 'patches',
  shows: 'heat',
  items: [cat, dog],
  rows: 1,
  columns: 2,
  preprocess: {
    exif: true,
    steps: [
      { op: 'crop', width: 8, height: 8 },
      { op: 'rescale', factor: 2 },
    ],
  },
  metric: 'cosine',
  queries: [],
  picked: { picture: 1, row: 1, column: 2 },
  ranges: [[-0.5, 1]],
  dims: [2, 2],
  values: [
    [0.25, 1],
    [-0.5, null],
  ],
};

function patches(json: object) {
  const view = readView(json);
  if (view.view !== 'patches') throw new Error(`It was read as ${view.view}.`);
  return view;
}

describe('exports of patches', () => {
  test('leave hidden pictures out, with their numbers, and keep which patch was picked', () => {
    const view = patches({ ...heat, picked: { picture: 2, row: 1, column: 1 } });
    const left = withoutHidden(view, new Set([viewItemKey(view.items[0]!)]));
    expect(left).toMatchObject({ items: [{ title: 'dog.png' }], picked: { picture: 1, row: 1, column: 1 } });
    expect([...left.values]).toEqual([-0.5, Number.NaN]);
    expect(rowsOf(left)?.rows.map(([picture]) => picture)).toEqual(['dog.png', 'dog.png']);
    // The picked picture is hidden itself.
    const others = withoutHidden(view, new Set([viewItemKey(view.items[1]!)]));
    expect(rowsOf(others)?.rows).toEqual([
      ['animals/cat.png', 1, 1, 0.25],
      ['animals/cat.png', 1, 2, 1],
    ]);
  });
});

describe('patches as the server tells them', () => {
  test('have their pictures, numbers, the picked patch and the steps that frame them', () => {
    const view = patches(heat);
    expect([...view.values]).toEqual([0.25, 1, -0.5, Number.NaN]);
    expect(view).toMatchObject({
      items: [{ picture: { ref: 'r.s' } }, { picture: { asset: 'h' } }],
      picked: { picture: 1, row: 1, column: 2 },
      steps: [{ op: 'crop', width: 8, height: 8 }],
      upright: true,
    });
  });

  test('whose numbers are in a file say how many there are', () => {
    const { values: _, ...rest } = heat;
    const colors = { ...rest, shows: 'colors', file: 'm.safetensors' };
    expect(readView(colors)).toMatchObject({ view: 'unloaded', rows: 2, columns: 6 });
    expect(
      readView({
        ...rest,
        ranges: [
          [0, 1],
          [0, 1],
        ],
        file: 'm',
      }),
    ).toMatchObject({ columns: 4 });
    expect(readView({ view: 'patches', file: 'v.json', bytes: 9 }).view).toBe('stored');
  });

  test('no JSON makes reading, drawing or listing them throw', () => {
    const any = fc.record({
      view: fc.constant('patches'),
      shows: fc.constantFrom('heat', 'colors', 'x'),
      rows: fc.oneof(fc.integer({ max: 5 }), fc.jsonValue()),
      columns: fc.oneof(fc.integer({ max: 5 }), fc.jsonValue()),
      items: fc.oneof(fc.array(fc.constant(cat)), fc.jsonValue()),
      ranges: fc.oneof(fc.constant([[0, 1]]), fc.jsonValue()),
      values: fc.jsonValue(),
      picked: fc.jsonValue(),
      preprocess: fc.jsonValue(),
    });
    const small = (view: ReadView) => view.view === 'patches' && view.rows * view.columns < 100;
    fc.assert(
      fc.property(any, (json) => {
        const view = readView(json);
        if (view.view !== 'patches' || !small(view)) return;
        rowsOf(view);
        for (const place of view.items.keys()) mapOf(view, place, 0).tell(0);
      }),
    );
  });

  test('are painted by their number or colour; what is no number stays clear', () => {
    const map = mapOf(patches(heat), 0, 0);
    expect([...map.rgba.slice(4)]).toEqual([253, 231, 37, 255]);
    expect(map.tell(1)).toBe('1.00');
    expect(mapOf(patches(heat), 1, 0).rgba[7]).toBe(0);
    const colors = patches({ ...heat, shows: 'colors', values: [[0, 0.5, 1, 1, 0, 0]] });
    expect([...mapOf(colors, 0, 0).rgba]).toEqual([0, 128, 255, 255, 255, 0, 0, 255]);
    expect(mapOf(colors, 0, 0).tell(0)).toBe('#0080ff');
  });

  test('are a table of patches counted from 1, with the exact numbers', () => {
    const exact = Math.fround(0.1);
    const one = patches({ ...heat, items: [cat], values: [[exact, 1]] });
    expect(csvOf(rowsOf(one)!.header, rowsOf(one)!.rows)).toBe(
      `picture,row,column,cosine\r\nanimals/cat.png,1,1,${exact}\r\nanimals/cat.png,1,2,1\r\n`,
    );
    const asked = patches({ ...heat, queries: [{ text: 'a dog' }], picked: undefined });
    expect(rowsOf(asked)?.header).toEqual(['picture', 'query', 'row', 'column', 'cosine']);
    expect(rowsOf(asked)?.rows[1]).toEqual(['animals/cat.png', 'a dog', 1, 2, 1]);
    const colors = patches({ ...heat, shows: 'colors', values: [[0, 0.5, 1, 1, 0, 0]] });
    expect(rowsOf(colors)?.rows[0]).toEqual(['animals/cat.png', 1, 1, 0, 0.5, 1]);
  });
});

test('the picked patch is the one the node asks for now, within the grid; 0 is where the run put it', () => {
  const view = patches(heat);
  const of = (params: Record<string, unknown> | undefined) =>
    view.shows === 'heat' ? pickedNow(params, view) : undefined;
  expect(of(undefined)).toEqual({ picture: 1, row: 1, column: 2 });
  expect(of({ picture: 2, row: 0, column: 9 })).toEqual({ picture: 2, row: 1, column: 2 });
});

describe('the part of a picture that a model sees', () => {
  const steps: readonly (readonly Exclude<PreprocessStep, { op: 'rescale' | 'normalize' }>[])[] = [
    [],
    [
      { op: 'resize', mode: 'shortest', size: 256, resample: 3 },
      { op: 'crop', width: 224, height: 224 },
    ],
    [{ op: 'resize', mode: 'exact', width: 224, height: 112, resample: 2 }],
    [{ op: 'crop', width: 300, height: 50 }],
    [
      { op: 'crop', width: 100, height: 80 },
      { op: 'resize', mode: 'shortest', size: 64, resample: 3 },
      { op: 'crop', width: 60, height: 70 },
    ],
  ];
  const sizes = [
    { width: 640, height: 427 },
    { width: 33, height: 97 },
    { width: 200, height: 200 },
  ];
  test.each(steps.flatMap((list) => sizes.map((size) => [list, size] as const)))(
    'is what preprocessing cuts out, to within a pixel of each step: %j of %j',
    (list, size) => {
      // Where preprocessing puts the corners of its result, in pixels of the original picture.
      const corner = { left: 0, top: 0, right: size.width, bottom: size.height };
      let now: { width: number; height: number } = size;
      for (const { resized, columns, rows, result } of planStages(list, size)) {
        const [x, y] = [
          (corner.right - corner.left) / resized.width,
          (corner.bottom - corner.top) / resized.height,
        ];
        corner.left += (columns.first - columns.before) * x;
        corner.top += (rows.first - rows.before) * y;
        corner.right = corner.left + result.width * x;
        corner.bottom = corner.top + result.height * y;
        now = result;
      }
      const frame = frameOf(list, size);
      const pixel = Math.max(frame.width * size.width, 1) / now.width;
      const near = 1.5 * Math.max(pixel, (frame.height * size.height) / now.height);
      expect(Math.abs(frame.left * size.width - corner.left)).toBeLessThanOrEqual(near);
      expect(Math.abs(frame.top * size.height - corner.top)).toBeLessThanOrEqual(near);
      expect(Math.abs((frame.left + frame.width) * size.width - corner.right)).toBeLessThanOrEqual(near);
      expect(Math.abs((frame.top + frame.height) * size.height - corner.bottom)).toBeLessThanOrEqual(near);
    },
  );
});
