import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { contentOf } from '../../../client/document/content.ts';
import { useTabs } from '../../../client/document/tabs.ts';
import { kindOf } from '../../../client/results/kinds.ts';
import { pairPages } from '../../../client/results/matches-view.tsx';
import { pathOf } from '../../../client/results/pictures/identity.ts';
import { pagesOf, subjectsOf } from '../../../client/results/pictures/pages.ts';
import {
  added,
  hide,
  inverted,
  only,
  type Picked,
  select,
  selectionOf,
  showHidden,
  toggled,
  useSelection,
} from '../../../client/results/pictures/selection.ts';
import { folderToSearch, queryTargets } from '../../../client/results/pictures/use-as-query.ts';
import { rowsOfResults } from '../../../client/results/side-by-side.ts';
import type { ReadView, ViewItem } from '../../../server/contract/view.ts';
import { readView, viewItemKey } from '../../../server/contract/view.ts';

const picture = (name: string): ViewItem => ({ title: name, isPicture: true, file: `/x/${name}` });
const text = (title: string): ViewItem => ({ title, isPicture: false });
const picked = (...names: string[]): Picked[] => names.map((name) => ({ item: picture(name) }));
const names = (pictures: ReadonlyMap<string, Picked>) => [...pictures.values()].map(({ item }) => item.title);

describe('a picture', () => {
  test('has one key in every view: its file, or its content if it is stored', () => {
    const asset = 'a'.repeat(64);
    expect(viewItemKey({ ...picture('a.png'), title: 'animals/a.png', picture: { ref: 'r' } })).toBe(
      'file:/x/a.png',
    );
    expect(viewItemKey({ title: 'a.png', isPicture: true, picture: { asset } })).toBe(`asset:${asset}`);
    expect(viewItemKey(text('a.png'))).not.toBe(viewItemKey({ title: 'a.png', isPicture: true }));
  });

  test('has a path that a workflow can load', () => {
    const asset = 'a'.repeat(64);
    expect(pathOf(picture('a.png'))).toBe('/x/a.png');
    expect(pathOf({ title: 'made/a:b.png', isPicture: true, picture: { asset } })).toBe(
      `asset:${asset}/a_b.png`,
    );
  });
});

describe('a selection', () => {
  test('keeps the order in which pictures were selected, each once, and takes no texts', () => {
    const first = only([...picked('b', 'a', 'b'), { item: text('words') }]);
    expect(names(added(first, picked('c', 'a')))).toEqual(['b', 'a', 'c']);
  });

  test('toggled twice is as before', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string()),
        fc.uniqueArray(fc.string(), { minLength: 1 }),
        (has, other) => {
          const before = only(picked(...has.filter((name) => !other.includes(name))));
          const twice = toggled(toggled(before, picked(...other)), picked(...other));
          expect(names(twice)).toEqual(names(before));
        },
      ),
    );
  });

  test('toggling some that are selected and some that are not selects all of them', () => {
    expect(names(toggled(only(picked('a')), picked('a', 'b')))).toEqual(['a', 'b']);
  });

  test('inverted in one view keeps what was selected in others', () => {
    expect(names(inverted(only(picked('elsewhere', 'a')), picked('a', 'b')))).toEqual(['elsewhere', 'b']);
  });
});

describe('the selections of workflows', () => {
  const place = { tab: 'one', nodeId: 'show' };
  beforeEach(() => useSelection.setState({ byTab: {} }));

  test('a change that changes nothing draws nothing again', () => {
    select(place, only(picked('a')), 0);
    const before = useSelection.getState();
    select(place, only(picked('a')), 0);
    expect(useSelection.getState()).toBe(before);
  });

  test('a hidden picture is no longer selected, and only its view hides it', () => {
    select(place, only(picked('a', 'b')), 0);
    hide(place, [picture('a')]);
    expect(names(selectionOf('one').picked)).toEqual(['b']);
    expect(selectionOf('one').hidden).toEqual({ show: new Set(['file:/x/a']) });
    showHidden(place);
    expect(selectionOf('one').hidden).toEqual({});
  });

  test('a closed workflow has none', () => {
    const tab = {
      key: 'one',
      workflowId: null,
      revision: null,
      name: '',
      dirty: false,
      problem: null,
      conflict: null,
      run: null,
    };
    useTabs.setState({ tabs: [tab] });
    select(place, only(picked('a')));
    useTabs.setState({ tabs: [] });
    expect(useSelection.getState().byTab).toEqual({});
  });
});

describe('the pages of the lightbox', () => {
  const ranking = (query: string, ...results: string[]) => ({
    query: picture(query),
    results: results.map((name, at) => ({ item: picture(name), score: 1 - at / 10 })),
  });

  test('go on from the last match of a query to the first of the next', () => {
    const pages = pairPages([ranking('q', 'a', 'b'), ranking('none'), ranking('r', 'c')]);
    const shown = Array.from({ length: pages.count }, (_, at) => pages.items(at).map(({ title }) => title));
    expect(shown).toEqual([['q', 'a'], ['q', 'b'], ['none'], ['r', 'c']]);
    expect(pages.items(pages.count)).toEqual([]);
    expect(pairPages([]).count).toBe(0);
  });

  test('a range takes the pictures between two pages, in either direction', () => {
    const pages = pagesOf([picture('a'), text('words'), picture('b'), picture('c')]);
    const taken = (from: number, to: number) => subjectsOf(pages, from, to).map(({ item }) => item.title);
    expect(taken(3, 0)).toEqual(['a', 'b', 'c']);
    expect(taken(1, 2)).toEqual(['b']);
  });
});

describe('a view without hidden pictures', () => {
  const without = <V extends ReadView>(view: V, ...hidden: string[]) =>
    kindOf(view)?.without?.(view, new Set(hidden.map((name) => `file:/x/${name}`)));
  const item = (name: string) => ({ path: name, file: `/x/${name}` });

  test('has the other numbers of a matrix in their places', () => {
    const view = readView({
      view: 'heatmap',
      rows: [item('a'), item('b')],
      columns: [item('a'), item('b'), item('c')],
      values: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
    expect(without(view, 'a')).toMatchObject({
      rows: [{ title: 'b' }],
      columns: [{ title: 'b' }, { title: 'c' }],
      values: new Float32Array([5, 6]),
    });
  });

  test('keeps the query, which is not a match', () => {
    const results = [{ item: item('a'), score: 1 }];
    const view = readView({ view: 'matches', matches: [{ query: item('a'), results }] });
    expect(without(view, 'a')).toMatchObject({ matches: [{ query: { title: 'a' }, results: [] }] });
  });
});

describe('the params that search for a picture', () => {
  const image = { name: 'path', widget: 'image' } as never;
  const types = { load: { params: [image] }, other: { params: [] } };
  const workflow = (ports: readonly string[], inputs: readonly object[] = []) =>
    contentOf({
      format: 'patchbay',
      version: 1,
      nodes: [
        ...ports.map((_, at) => ({ id: `l${at}`, type: 'load' })),
        { id: 'end', type: 'other' },
        { id: 'e', type: 'other' },
      ],
      edges: ports.flatMap((port, at) => [
        { from: { node: `l${at}`, port: 'images' }, to: { node: 'e', port: `in${at}` } },
        { from: { node: 'e', port: `out${at}` }, to: { node: 'end', port } },
      ]),
      inputs: inputs as never,
    });
  const found = (...given: Parameters<typeof workflow>) =>
    queryTargets(workflow(...given), types).map(({ node }) => node);

  test('are those that lead to an input for queries, however far', () => {
    expect(found(['queries'])).toEqual(['l0']);
    expect(found(['gallery'])).toEqual([]);
  });

  test('are those of the form where nothing leads to queries', () => {
    expect(
      found(['gallery', 'gallery'], [{ name: 'picture', node: 'l1', param: 'path', title: 'Picture' }]),
    ).toEqual(['l1']);
  });
});

describe('look-alikes of a picture', () => {
  const chain = (...types: readonly string[]) =>
    contentOf({
      format: 'patchbay',
      version: 1,
      nodes: types.map((type, at) => ({ id: `n${at}`, type, params: { path: `/p${at}` } })),
      edges: types.slice(1).map((_, at) => ({
        from: { node: `n${at}`, port: 'out' },
        to: { node: `n${at + 1}`, port: 'in' },
      })),
    });

  test('are searched in the folder that the picture comes from', () => {
    expect(folderToSearch(chain('image/load-folder', 'encode/image', 'view/map'), 'n2', '/x/a.jpg')).toBe(
      '/p0',
    );
    expect(folderToSearch(chain('embeddings/load', 'view/map'), 'n1', '/x/a.jpg')).toBe('/x');
    expect(
      folderToSearch(chain('image/load-folder', 'image/load-folder', 'view/map'), 'n2', '/x/a.jpg'),
    ).toBe('/x');
  });

  test('are not offered for pictures of a collection, whatever folder made it', () => {
    const content = chain('image/load-folder', 'collection/save', 'collection/query', 'view/matches');
    expect(folderToSearch(content, 'n3', '/x/a.jpg')).toBeUndefined();
    expect(folderToSearch(content, 'n1', '/x/a.jpg')).toBe('/p0');
  });
});

describe('results', () => {
  const edges = (...pairs: [string, string][]) => ({
    edges: Object.fromEntries(
      pairs.map(([from, to]) => [
        `${from}${to}`,
        { id: '', from: { node: from, port: 'a' }, to: { node: to, port: 'b' } },
      ]),
    ),
  });
  const kinds: Record<string, string> = {
    a: 'matches',
    b: 'matches',
    c: 'matches',
    t: 'table',
    f: 'file',
    g: 'file',
  };
  const rows = (ids: string, ...wires: [string, string][]) =>
    rowsOfResults([...ids], (id) => kinds[id], edges(...wires)).map((row) => row.join(''));

  test('of one kind stand side by side, all others below each other', () => {
    expect(rows('atbc')).toEqual(['abc', 't']);
    expect(rows('fg')).toEqual(['f', 'g']);
  });

  test('that are made from each other, however far, do not', () => {
    expect(rows('abc', ['a', 'x'], ['x', 'b'])).toEqual(['ac', 'b']);
  });
});
