import { describe, expect, test } from 'vitest';
import { chosenBy, type ImageItem, namesContent, selectedOf, selectionEntry } from '../../nodes/sdk/index.ts';
import { named } from '../nodes/run-pure.ts';

const [one, other] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const at = (path: string, hash?: string) => ({ path, hash });
const paths = (entries: readonly string[], pictures: readonly ReturnType<typeof at>[]) =>
  chosenBy(entries, pictures).chosen.map((place) => pictures[place]?.path);

describe('an entry of a selection', () => {
  test('is the content of a file and its path, or what is known of it', () => {
    expect(selectionEntry({ hash: one, path: 'x/1.jpg' })).toBe(`${one}:x/1.jpg`);
    expect(selectionEntry({ hash: one })).toBe(one);
    expect(selectionEntry({ path: 'x/1.jpg' })).toBe('x/1.jpg');
    expect([`${one}:x`, one, 'x/1.jpg', `${one}x`].map(namesContent)).toEqual([true, true, false, false]);
  });

  test('with a path names this one of two files with the same content', () => {
    const pictures = [at('x/1.jpg', one), at('y/1.jpg', one), at('x/2.jpg', other)];
    expect(paths([`${one}:y/1.jpg`], pictures)).toEqual(['y/1.jpg']);
    expect(paths([`${one}:y/1.jpg`, `${one}:x/1.jpg`], pictures)).toEqual(['x/1.jpg', 'y/1.jpg']);
  });

  test('without a path, as workflows of before have it, names all files of the content', () => {
    const pictures = [at('x/1.jpg', one), at('y/1.jpg', one), at('x/2.jpg', other)];
    expect(paths([one.toUpperCase()], pictures)).toEqual(['x/1.jpg', 'y/1.jpg']);
    expect(paths(['x/2.jpg'], pictures)).toEqual(['x/2.jpg']);
  });

  test('finds a picture that was moved, and no copy that another entry names', () => {
    const pictures = [at('new/1.jpg', one), at('x/2.jpg', other)];
    expect(paths([`${one}:old/1.jpg`], pictures)).toEqual(['new/1.jpg']);
    const copies = [at('x/1.jpg', one), at('new/1.jpg', one)];
    expect(paths([`${one}:x/1.jpg`, `${one}:old/1.jpg`], copies)).toEqual(['x/1.jpg', 'new/1.jpg']);
    expect(chosenBy([`${one}:x/1.jpg`, `${one}:old/1.jpg`], copies.slice(0, 1))).toEqual({
      chosen: [0],
      gone: 1,
      total: 2,
    });
  });

  test('does not name another picture that came to its path', () => {
    expect(chosenBy([`${one}:x/1.jpg`], [at('x/1.jpg', other), at('y.jpg')])).toEqual({
      chosen: [],
      gone: 1,
      total: 1,
    });
  });

  test('that is there twice counts once', () => {
    expect(chosenBy([one, one.toUpperCase(), 'x'], [])).toEqual({ chosen: [], gone: 2, total: 2 });
  });
});

test('a selection has each picture once, in the order of the view, and reads files only for their content', async () => {
  const { items } = named(['x/1.jpg', 'y/1.jpg', 'z/2.jpg']);
  const read: number[] = [];
  const ctx = {
    signal: new AbortController().signal,
    warn: () => {},
    images: {
      hashes: async (own: readonly ImageItem[]) => {
        read.push(own.length);
        return own.map(({ name }) => (name === '1.jpg' ? one : other));
      },
    },
  } as never;
  const chosen = async (selected: readonly string[]) =>
    (await selectedOf([...items, ...items], selected, ctx)).items.map(({ path }) => path);
  expect(await chosen(['z/2.jpg', 'x/1.jpg'])).toEqual(['x/1.jpg', 'z/2.jpg']);
  expect(await chosen([])).toEqual([]);
  expect(read).toEqual([]);
  expect(await chosen([`${one}:y/1.jpg`])).toEqual(['y/1.jpg']);
  expect(read).toEqual([3]);
});
