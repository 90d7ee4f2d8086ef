import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boundsOf,
  cloudOf,
  fitted,
  inRect,
  insideOf,
  nearest,
  pixelOf,
  placeAt,
  zoomed,
} from '../../../client/results/map/cloud.ts';
import {
  coloringOf,
  mixed,
  nameColor,
  pack,
  packed,
  pointColors,
} from '../../../client/results/map/coloring.ts';
import { setLook } from '../../../client/results/map/look.ts';
import { mapDrawing } from '../../../client/results/map/map-drawing.ts';
import { foundBy, levelsOf, map, mapOf } from '../../../client/results/map/map-view.tsx';
import { LEVEL, paintMap, spreadOut } from '../../../client/results/map/paint.ts';
import { readView, type ViewMap } from '../../../server/contract/view.ts';

const view = (
  rows: readonly (readonly number[])[],
  columns: readonly object[] = [],
  items?: readonly object[],
): ViewMap =>
  readView({
    view: 'map',
    items: items ?? rows.map((_, at) => ({ path: `${at}.png` })),
    columns,
    values: rows,
  }) as ViewMap;

const finite = fc.float({ noNaN: true, min: -1000, max: 1000 });
const points = fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 200 });
const cloud = (rows: readonly (readonly number[])[]) => cloudOf(Float32Array.from(rows.flat()), 2);

describe('a cloud of points', () => {
  test('finds what is in a rectangle as a look at every point does', () => {
    fc.assert(
      fc.property(points, fc.tuple(finite, finite, finite, finite), (rows, [a, b, c, d]) => {
        const rect = {
          left: Math.min(a, b),
          right: Math.max(a, b),
          bottom: Math.min(c, d),
          top: Math.max(c, d),
        };
        const own = cloud(rows);
        const every = rows.flatMap(([x, y], at) =>
          x >= rect.left && x <= rect.right && y >= rect.bottom && y <= rect.top ? [at] : [],
        );
        expect(inRect(own, rect)).toEqual(every);
      }),
    );
  });

  test('finds the nearest point within reach, the first one of equals', () => {
    fc.assert(
      fc.property(
        points,
        finite,
        finite,
        fc.float({ min: 1, max: 500, noNaN: true }),
        (rows, x, y, reach) => {
          const own = cloud(rows);
          let best: number | undefined;
          for (const [at] of rows.entries()) {
            const far = (own.x[at]! - x) ** 2 + (own.y[at]! - y) ** 2;
            const least = best === undefined ? reach ** 2 : (own.x[best]! - x) ** 2 + (own.y[best]! - y) ** 2;
            if (best === undefined ? far <= least : far < least) best = at;
          }
          expect(nearest(own, x, y, reach)).toBe(best);
        },
      ),
    );
  });

  test('leaves out what has no place, and can be empty or one spot', () => {
    const own = cloud([
      [1, 2],
      [Number.NaN, 0],
      [3, Number.POSITIVE_INFINITY],
      [1, 2],
    ]);
    expect(own).toMatchObject({ count: 4, placed: 2, left: 1, right: 1, bottom: 2, top: 2 });
    expect(inRect(own, { left: 0, right: 9, bottom: 0, top: 9 })).toEqual([0, 3]);
    expect(fitted(own, { width: 100, height: 50 }, 10)).toEqual({ x: 1, y: 2, scale: 1 });
    expect(inRect(cloud([]), { left: -9, right: 9, bottom: -9, top: 9 })).toEqual([]);
  });

  test('knows what a line goes around, also where it is bent inwards', () => {
    const own = cloud([
      [1, 1],
      [5, 1],
      [3, 5],
      [3, 2],
    ]);
    // A U that is open at the top: (3, 5) lies between its arms.
    const line = [0, 0, 6, 0, 6, 6, 4, 6, 4, 3, 2, 3, 2, 6, 0, 6];
    expect(insideOf(own, line)).toEqual([0, 1, 3]);
    expect(insideOf(own, [0, 0, 6, 0])).toEqual([]);
  });
});

describe('a camera', () => {
  const room = { width: 300, height: 200 };

  test('sees everything with a margin, and both axes have the same scale', () => {
    const own = cloud([
      [0, 0],
      [10, 1],
    ]);
    const camera = fitted(own, room, 20);
    expect(camera).toEqual({ x: 5, y: 0.5, scale: 26 });
    expect(pixelOf(camera, room, 0, 0)).toEqual({ px: 20, py: 113 });
  });

  test('keeps the place under the pointer while it zooms', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 200 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (px, py, factor) => {
          const camera = { x: 3, y: -2, scale: 7 };
          const before = placeAt(camera, room, px, py);
          const after = placeAt(zoomed(camera, room, factor, px, py), room, px, py);
          expect(after.x).toBeCloseTo(before.x, 9);
          expect(after.y).toBeCloseTo(before.y, 9);
        },
      ),
    );
  });
});

describe('colours', () => {
  const own = view(
    [
      [0, 0, 0, 0.5],
      [1, 0, 1, 1],
      [2, 0, Number.NaN, Number.NaN],
      [3, 0, 0, 0],
    ],
    [{ title: 'Category', names: ['cat', 'dog'] }, { title: 'Score' }],
  );
  const base = { plain: packed('#123456'), unknown: packed('#999999') };

  test('are one for each name, and the same grey without one', () => {
    const coloring = coloringOf(own, 0);
    expect(coloring).toMatchObject({ kind: 'names', counts: [2, 1], without: 1 });
    const [cat, dog] = [packed(nameColor(0)), packed(nameColor(1))];
    expect([...pointColors(own, coloring, base)]).toEqual([cat, dog, base.unknown, cat]);
  });

  test('of numbers are those of the scale at that number', () => {
    const coloring = coloringOf(own, 1);
    expect(coloring).toMatchObject({ kind: 'numbers', scale: { min: 0, max: 1 }, without: 1 });
    const colors = pointColors(own, coloring, base);
    // The ends of viridis.
    expect(colors[1]).toBe(packed('#fde725'));
    expect(colors[3]).toBe(packed('#440154'));
    expect(colors[2]).toBe(base.unknown);
  });

  test('without a column are all the same', () => {
    expect(new Set(pointColors(own, coloringOf(own, undefined), base))).toEqual(new Set([base.plain]));
  });

  test('stay apart: no two of the first forty names look alike', () => {
    const all = Array.from({ length: 40 }, (_, at) => nameColor(at));
    expect(new Set(all).size).toBe(40);
    for (const color of all) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });

  test('are packed as the pixels of a canvas are, and mixed channel by channel', () => {
    expect([...new Uint8Array(Uint32Array.of(packed('#102030')).buffer)]).toEqual([16, 32, 48, 255]);
    expect(packed('#1af')).toBe(packed('#11aaff'));
    expect(mixed(pack(0, 0, 0), pack(200, 100, 50), 0.5)).toBe(pack(100, 50, 25));
  });
});

describe('a painted map', () => {
  const room = { width: 60, height: 40 };
  const white = packed('#ffffff');
  const red = packed('#ff0000');
  const paint = (rows: readonly (readonly number[])[], levels?: Uint8Array) => {
    const own = cloud(rows);
    const pixels = { ...room, data: new Uint32Array(room.width * room.height) };
    const painted = paintMap(
      pixels,
      own,
      { x: 0, y: 0, scale: 1 },
      {
        colors: new Uint32Array(own.count).fill(red),
        ...(levels && { levels }),
        background: white,
        ink: packed('#0000ff'),
        accent: packed('#00ff00'),
        ratio: 1,
      },
    );
    return { ...painted, at: (x: number, y: number) => pixels.data[y * room.width + x], data: pixels.data };
  };

  test('has a disc at the place of each point, up is up, and the rest is background', () => {
    const { at, seen, radius } = paint([[10, 15]]);
    expect({ seen, radius }).toEqual({ seen: 1, radius: 5 });
    expect(at(40, 5)).toBe(red);
    expect(at(40, 9)).toBe(red);
    expect(at(40, 12)).toBe(white);
    expect(at(20, 35)).toBe(white);
  });

  test('draws nothing outside of its edges, whatever lies there', () => {
    const { data, seen } = paint([
      [-30, 20],
      [30, -20],
      [500, 0],
    ]);
    expect(seen).toBe(2);
    expect([...data].filter((pixel) => pixel === red).length).toBeLessThan(60);
  });

  test('dims what was not looked for, and rings what is selected', () => {
    const { at, data } = paint(
      [
        [-20, 0],
        [20, 0],
      ],
      Uint8Array.of(LEVEL.dim, LEVEL.strong),
    );
    expect(at(10, 20)).toBe(mixed(red, white, 0.82));
    expect(at(50, 20)).toBe(red);
    expect([...data].some((pixel) => pixel === packed('#0000ff'))).toBe(true);
    const given = paint([[0, 0]], Uint8Array.of(LEVEL.given));
    expect([...given.data].some((pixel) => pixel === packed('#00ff00'))).toBe(true);
    expect(given.at(30, 20)).toBe(red);
    // The ring does not touch the disc, so that it differs from it whatever the colour of the disc is.
    const blue = packed('#0000ff');
    const row = Array.from({ length: 10 }, (_, far) => at(50 + far, 20));
    const [lastRed, firstBlue] = [row.lastIndexOf(red), row.indexOf(blue)];
    expect(firstBlue).toBeGreaterThan(lastRed + 1);
  });

  test('draws the rings of selected points below all of them, so that the colours of a crowd stay visible', () => {
    const crowd = Array.from({ length: 12 }, (_, at) => [(at % 4) * 4 - 6, Math.floor(at / 4) * 4 - 4]);
    const { data } = paint(crowd, new Uint8Array(12).fill(LEVEL.strong));
    const isNear = (pixel: number, color: number) =>
      [0, 8, 16].every((shift) => Math.abs(((pixel >> shift) & 255) - ((color >> shift) & 255)) < 100);
    const pixels = (color: number) => [...data].filter((pixel) => isNear(pixel, color)).length;
    // A disc has 81 pixels, and a ring above its neighbours would hide all but the last one.
    expect(pixels(red)).toBeGreaterThan(81 * 2);
    expect(pixels(packed('#0000ff'))).toBeGreaterThan(0);
  });

  test('has smooth discs: they cover as much as circles, wherever in a pixel their centre is', () => {
    for (const [x, y] of [
      [0, 0],
      [0.5, 0.5],
      [-7.3, 4.8],
    ] as const) {
      const { data, radius } = paint([[x, y]]);
      // How red a pixel is on white: by how little green it has.
      const covered = data.reduce((sum, pixel) => sum + (255 - ((pixel >> 8) & 255)) / 255, 0);
      expect(Math.abs(covered / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.02);
      const middle = [...data].reduce(
        ([mx, my], pixel, at) => {
          const share = (255 - ((pixel >> 8) & 255)) / 255 / covered;
          return [mx! + share * ((at % room.width) + 0.5), my! + share * (Math.floor(at / room.width) + 0.5)];
        },
        [0, 0],
      );
      expect(Math.abs(middle[0]! - (room.width / 2 + x))).toBeLessThan(0.15);
      expect(Math.abs(middle[1]! - (room.height / 2 - y))).toBeLessThan(0.15);
    }
  });

  test('shows density where points would hide each other: the more, the stronger', () => {
    const crowd = Array.from({ length: 2000 }, (_, at) => (at < 1500 ? [-10.5, 0] : [(at % 40) - 20, 15]));
    const { at, radius } = paint(crowd);
    expect(radius).toBe(0);
    expect(at(19, 20)).toBe(red);
    const few = at(15, 5) as number;
    expect(few).not.toBe(red);
    expect(few).not.toBe(white);
  });
});

test('pictures on a map never hide each other, and each one left out would', () => {
  fc.assert(
    fc.property(points, (rows) => {
      const own = cloud(rows);
      const room = { width: 400, height: 300 };
      const camera = fitted(own, room, 20);
      const shown = spreadOut(own, camera, room, 40, 400);
      const places = new Map(
        rows.map((_, at) => [at, pixelOf(camera, room, own.x[at] as number, own.y[at] as number)]),
      );
      const clash = (a: number, b: number) => {
        const [p, q] = [places.get(a), places.get(b)];
        return p && q && Math.abs(p.px - q.px) < 39.99 && Math.abs(p.py - q.py) < 39.99;
      };
      for (const [i, a] of shown.entries())
        for (const b of shown.slice(i + 1)) expect(clash(a, b)).toBe(false);
      const free = (at: number) =>
        shown.every((other) => {
          const [p, q] = [places.get(at), places.get(other)];
          return p && q && (Math.abs(p.px - q.px) > 40.01 || Math.abs(p.py - q.py) > 40.01);
        });
      for (const [at] of rows.entries()) if (!shown.includes(at)) expect(free(at)).toBe(false);
    }),
    {
      numRuns: 40,
      // Two points that rounding puts on two sides of the border of a cell.
      examples: [
        [
          [
            [0, -4.2729968207192755e-30],
            [1.401298464324817e-45, 0],
            [0, 0],
          ],
        ],
      ],
    },
  );
});

test('what was not looked for has no picture on a map, and takes no room from the others', () => {
  const own = cloud([
    [0, 0],
    [0.001, 0],
  ]);
  const room = { width: 400, height: 300 };
  const camera = { x: 0, y: 0, scale: 1 };
  for (const only of [0, 1]) {
    const levels = new Uint8Array(2).fill(LEVEL.dim);
    levels[only] = LEVEL.plain;
    expect(spreadOut(own, camera, room, 40, 400, levels)).toEqual([only]);
  }
});

describe('a map', () => {
  const own = view(
    [
      [0, 0, 0, 0.5],
      [1, 0, 1, 1],
      [2, 0, Number.NaN, Number.NaN],
    ],
    [{ title: 'Category', names: ['cat', 'dog'] }, { title: 'Score' }],
    [{ path: 'a.png' }, { path: 'b.png', label: 'dog' }, { text: 'a hat' }],
  );

  test('is searched by names and categories', () => {
    expect(foundBy(own, ' ')).toBeUndefined();
    expect([...(foundBy(own, 'A') ?? [])]).toEqual([0, 2]);
    expect([...(foundBy(own, 'DOG') ?? [])]).toEqual([1]);
    expect([...(foundBy(own, 'zebra') ?? [])]).toEqual([]);
  });

  test('knows the rectangle around what was found, without what has no place', () => {
    const cloudOfThree = cloudOf(Float32Array.of(1, 5, Number.NaN, 3, -2, 7), 2);
    expect(boundsOf(cloudOfThree, [0, 1, 2])).toEqual({ left: -2, right: 1, bottom: 5, top: 7 });
    expect(boundsOf(cloudOfThree, [1])).toBeUndefined();
  });

  test('lights up what was found and what is selected', () => {
    expect(levelsOf(3, undefined, [])).toBeUndefined();
    expect(levelsOf(3, new Set([1]), [])).toEqual(Uint8Array.of(LEVEL.dim, LEVEL.plain, LEVEL.dim));
    expect(levelsOf(3, undefined, [2])).toEqual(Uint8Array.of(LEVEL.plain, LEVEL.plain, LEVEL.strong));
    expect(levelsOf(3, new Set([1, 2]), [2], [0, 1, 2])).toEqual(
      Uint8Array.of(LEVEL.dim, LEVEL.given, LEVEL.strong),
    );
  });

  test('is exported with all of its columns', () => {
    expect(map.rows?.(own)).toEqual({
      header: ['item', 'x', 'y', 'Category', 'Score'],
      rows: [
        ['a.png', 0, 0, 'cat', 0.5],
        ['b.png', 1, 0, 'dog', 1],
        ['a hat', 2, 0, null, null],
      ],
    });
  });

  test('is exported as a picture in the chosen colours, with what they mean', () => {
    /** What a drawing writes, and the colours of all that it paints. */
    const drawn = (shown: ViewMap) => {
      const texts: string[] = [];
      const colors = new Set<number>();
      let pixels = new Uint32Array();
      const context = {
        fillStyle: '',
        measureText: (text: string) => ({ width: text.length }),
        fillText: (text: string) => texts.push(text),
        fillRect() {
          if (this.fillStyle.startsWith('#')) colors.add(packed(this.fillStyle));
        },
        createImageData(width: number, height: number) {
          const data = new Uint8ClampedArray(width * height * 4);
          pixels = new Uint32Array(data.buffer);
          return { data };
        },
        putImageData: () => undefined,
      };
      mapDrawing(shown, 'n').draw(context as never, new Map());
      return { texts, legend: colors, painted: new Set(pixels) };
    };
    const [cat, dog] = [packed(nameColor(0)), packed(nameColor(1))];
    const first = drawn(own);
    expect(first.texts).toEqual(['Category', 'cat  1', 'dog  1', 'Without: 1']);
    expect(first.legend).toEqual(new Set([cat, dog, packed('#b3bac6')]));
    expect([cat, dog].every((color) => first.painted.has(color))).toBe(true);

    setLook('n', { column: 'Score' });
    const scores = drawn(own);
    expect(scores.texts).toEqual(['Score', '0.50', '1.00', 'Without: 1']);
    expect([cat, dog].some((color) => scores.painted.has(color))).toBe(false);

    setLook('n', { column: '' });
    expect(drawn(own).texts).toEqual([]);

    // Names that have no place in the legend are counted.
    const many = view(
      Array.from({ length: 63 }, (_, at) => [at, 0, at]),
      [{ title: 'Category', names: Array.from({ length: 63 }, (_, at) => `n${at}`) }],
      Array.from({ length: 63 }, (_, at) => ({ path: `${at}.png` })),
    );
    setLook('n', { column: 'Category' });
    expect(drawn(many).texts.at(-1)).toBe('3 more names with 3 items');
  });

  test('without some items keeps the numbers of the others', () => {
    const part = mapOf(own, [1]);
    expect(part.items.map(({ title }) => title)).toEqual(['b.png']);
    expect([...part.values]).toEqual([1, 0, 1, 1]);
  });
});
