import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cornerOf, layoutOf, movedBy, placesIn } from '../../../client/labels/grid-layout.ts';
import {
  cleared,
  edited,
  filtered,
  given,
  isUnsure,
  isWrong,
  type Mark,
  NO_MARK,
  nextOpen,
  ordered,
  type RoomEdit,
  ruledOut,
  undoOf,
} from '../../../client/labels/marks.ts';
import { sortablePictures } from '../../../client/results/pictures/sortable.ts';
import { packed } from '../../../client/ui/labels/outbox.ts';
import { freeColor, inkOn } from '../../../client/ui/labels/palette.ts';
import { LABEL_COLORS, type LabelCategory } from '../../../server/contract/labels.ts';
import { readView } from '../../../server/contract/view.ts';

const cat: LabelCategory = { id: 'cat', name: 'Cat', color: '#2f7ed8', key: 1 };
const dog: LabelCategory = { id: 'dog', name: 'Dog', color: '#e8590c', key: 2 };
const owl: LabelCategory = { id: 'owl', name: 'Owl', color: '#2b9348', key: null };
const ALL = [cat, dog, owl];
const in_ = (category: string | null): Mark => ({ category, not: [] });
const pictures = (...titles: string[]) => titles.map((title) => ({ item: { title, isPicture: true } }));

describe('a mark', () => {
  test('with a category no longer rules it out', () => {
    expect(given({ category: null, not: ['cat', 'dog'] }, 'cat')).toEqual({ category: 'cat', not: ['dog'] });
  });

  test('that rules out its category has none, and the same again takes it back', () => {
    const out = ruledOut(in_('cat'), 'cat');
    expect(out).toEqual({ category: null, not: ['cat'] });
    expect(ruledOut(out, 'cat')).toEqual(cleared());
    expect(ruledOut(in_('dog'), 'cat')).toEqual({ category: 'dog', not: ['cat'] });
  });
});

describe('an edit', () => {
  test('takes a key from the category that had it', () => {
    const next = edited(ALL, { op: 'change', id: 'owl', key: 1 });
    expect(next.map(({ key }) => key)).toEqual([null, 2, 1]);
  });

  const edit = fc.oneof(
    fc.record({
      op: fc.constant('change' as const),
      id: fc.constantFrom('cat', 'dog', 'owl'),
      name: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }),
      key: fc.option(fc.constantFrom(null, 1, 2, 9), { nil: undefined }),
      place: fc.option(fc.nat(2), { nil: undefined }),
    }),
    fc.record({
      op: fc.constant('add' as const),
      id: fc.constant('new'),
      name: fc.constant('New'),
      key: fc.constantFrom(null, 3, 9),
    }),
  );

  test('and its undo leave everything as it was', () => {
    fc.assert(
      fc.property(edit, (one: RoomEdit) => {
        expect(undoOf(ALL, one).reduce(edited, edited(ALL, one))).toEqual(ALL);
      }),
    );
  });
});

describe('what the room shows', () => {
  const marks = [in_('cat'), NO_MARK, in_('dog'), NO_MARK];

  test('is filtered by category and by what is open', () => {
    const all = pictures('a', 'b', 'c', 'd');
    expect(filtered([3, 2, 1, 0], 'open', all, marks, ALL)).toEqual([3, 1]);
    expect(filtered([0, 1, 2, 3], 'in:dog', all, marks, ALL)).toEqual([2]);
  });

  test('pictures of which a person has said only what they are not are unsure, and come first of what is open', () => {
    const all = pictures('a', 'b', 'c', 'd');
    const decided = [...marks.slice(0, 3), { category: null, not: ['cat'] }];
    expect(filtered([0, 1, 2, 3], 'open', all, decided, ALL)).toEqual([3, 1]);
    expect(filtered([0, 1, 2, 3], 'unsure', all, decided, ALL)).toEqual([3]);
  });

  test('goes on with the next open picture after the chosen ones, then from the start', () => {
    expect(nextOpen([0, 1, 2, 3], marks, new Set([0]))).toBe(1);
    expect(nextOpen([0, 1, 2, 3], marks, new Set([1]))).toBe(3);
    expect(nextOpen([0, 1, 2, 3], marks, new Set([3]))).toBe(1);
    expect(nextOpen([0, 2], marks, new Set([0]))).toBeUndefined();
  });

  test('is in the order of names as people count, or the least certain first', () => {
    expect(ordered(pictures('p10', 'p9', 'p1'), 'name')).toEqual([2, 1, 0]);
    const [a, b, c] = pictures('a', 'b', 'c');
    expect(ordered([{ ...a!, margin: 0.5 }, b!, { ...c!, margin: 0.1 }], 'score')).toEqual([2, 0, 1]);
  });

  test('a picture is wrong if the result names another category', () => {
    const [one] = pictures('a');
    expect(isWrong({ ...one!, guess: 'cat ' }, in_('cat'), ALL)).toBe(false);
    expect(isWrong({ ...one!, guess: 'Dog' }, in_('cat'), ALL)).toBe(true);
    expect(isWrong({ ...one!, guess: 'Dog' }, NO_MARK, ALL)).toBe(false);
  });
});

describe('the pictures of a result', () => {
  const item = (path: string, label?: string) => ({
    path,
    file: `/p/${path}`,
    ref: path,
    ...(label && { label }),
  });

  test('with probabilities have a guess, its score and its lead', () => {
    const bars = [
      { label: 'cat', value: 0.3 },
      { label: 'dog', value: 0.6 },
      { label: 'owl', value: 0.1 },
    ];
    const groups = [{ item: item('a.png'), bars }];
    const [sure] = sortablePictures(readView({ view: 'bars', metric: 'softmax', groups }));
    expect(sure).toMatchObject({ guess: 'dog', score: 0.6 });
    expect(sure?.margin).toBeCloseTo(0.3, 12);
    expect(isUnsure(sure!)).toBe(false);
    // The lead of a cosine says nothing about certainty.
    const [cosine] = sortablePictures(readView({ view: 'bars', metric: 'cosine', groups }));
    expect(cosine).not.toHaveProperty('margin');
  });

  test('come once, and the names of their folders are no guesses', () => {
    const items = [item('fruit/a.png', 'fruit'), item('fruit/a.png', 'fruit'), item('sea/b.png', 'sea')];
    const found = sortablePictures(readView({ view: 'gallery', items }));
    expect(found.map(({ item: { title }, guess }) => [title, guess])).toEqual([
      ['fruit/a.png', undefined],
      ['sea/b.png', undefined],
    ]);
    const guessed = sortablePictures(readView({ view: 'gallery', items: [item('fruit/a.png', 'sea')] }));
    expect(guessed[0]?.guess).toBe('sea');
  });
});

describe('what is sent', () => {
  const set = 'S';
  const one = (hash: string, category: string | null) => ({ set, edits: [], changes: [{ hash, category }] });

  test('travels together, and the last change of a picture counts', () => {
    const parcels = [one('a', 'cat'), one('b', 'cat'), one('a', 'dog')].reduce(packed, []);
    expect(parcels).toEqual([
      {
        set,
        edits: [],
        changes: [
          { hash: 'b', category: 'cat' },
          { hash: 'a', category: 'dog' },
        ],
      },
    ]);
  });

  test('keeps the order of categories and pictures', () => {
    const edit = { set, edits: [{ op: 'delete' as const, id: 'cat' }], changes: [] };
    expect([one('a', 'cat'), edit, one('a', 'dog')].reduce(packed, [])).toEqual([
      one('a', 'cat'),
      { ...edit, changes: [{ hash: 'a', category: 'dog' }] },
    ]);
    expect(packed([one('a', 'cat')], { ...one('a', 'dog'), set: 'T' })).toHaveLength(2);
  });
});

describe('the grid', () => {
  const layout = fc.record({
    count: fc.integer({ min: 1, max: 2000 }),
    width: fc.integer({ min: 200, max: 3000 }),
    wish: fc.integer({ min: 80, max: 400 }),
  });

  test('draws exactly a part that covers the window, wherever it is scrolled to', () => {
    fc.assert(
      fc.property(layout, fc.double({ min: 0, max: 1, noNaN: true }), ({ count, width, wish }, part) => {
        const grid = layoutOf(count, width, wish);
        const top = part * Math.max(0, grid.height - 800);
        const { from, to } = placesIn(grid, top, 800, 0);
        for (let place = 0; place < count; place++) {
          const { x, y } = cornerOf(grid, place);
          expect(x + grid.cell).toBeLessThanOrEqual(width);
          if (y < top + 800 && y + grid.tall > top) expect(place >= from && place < to).toBe(true);
        }
        expect(to - from).toBeLessThanOrEqual((Math.ceil(800 / grid.tall) + 2) * grid.columns);
      }),
      { numRuns: 40 },
    );
  });

  test('is walked with arrows, and the first and last row keep the column', () => {
    const grid = layoutOf(10, 500, 100);
    expect(grid.columns).toBe(4);
    expect(movedBy('ArrowDown', 1, grid, 3)).toBe(5);
    expect(movedBy('ArrowUp', 1, grid, 3)).toBe(1);
    expect(movedBy('ArrowDown', 7, grid, 3)).toBe(7);
    expect(movedBy('End', 1, grid, 3)).toBe(9);
    expect(movedBy('a', 1, grid, 3)).toBeUndefined();
  });
});

describe('colours', () => {
  /** Contrast by WCAG 2.2. */
  function contrast(a: string, b: string): number {
    const light = (color: string) => {
      const [r, g, bl] = [1, 3, 5]
        .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!;
    };
    const [low, high] = [light(a), light(b)].sort((one, other) => one - other);
    return (high! + 0.05) / (low! + 0.05);
  }

  test.each(LABEL_COLORS)('%s can be read', (color) => {
    expect(contrast(color, inkOn(color))).toBeGreaterThanOrEqual(4.5);
  });

  test('are each given once before they begin again', () => {
    const taken: { color: string }[] = [];
    for (const _ of LABEL_COLORS) taken.push({ color: freeColor(taken) });
    expect(new Set(taken.map(({ color }) => color)).size).toBe(LABEL_COLORS.length);
    expect(LABEL_COLORS).toContain(freeColor(taken));
  });
});
