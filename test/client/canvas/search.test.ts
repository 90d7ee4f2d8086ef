import { describe, expect, test } from 'vitest';
import { inOrder, inOrderFor, rank, searchable } from '../../../client/canvas/search/rank.ts';
import type { NodeDescriptor, PortDescriptor } from '../../../nodes/sdk/descriptor.ts';
import type { PortType } from '../../../nodes/sdk/values.ts';

const type = (name: string, title: string, keywords: readonly string[] = [], description = '') =>
  ({
    type: name,
    category: name.split('/')[0]!,
    title,
    description,
    keywords,
    version: 1,
    resource: 'cpu',
    cache: 'always',
    terminal: false,
    inputs: [],
    params: [],
    outputs: [],
  }) satisfies NodeDescriptor;

const items = [
  type('compare/top-k', 'Top k', ['rank', 'nearest neighbours', 'duplicates']),
  type('image/load-folder', 'Load folder', ['open', 'directory']),
  type('image/load-image', 'Load picture', ['open', 'image']),
  type('view/matches', 'Matches', ['show'], 'Shows the ranked strip.'),
  type('view/table', 'Table', [], 'A rank in a column.'),
].map((one) =>
  searchable(
    one,
    one.type === 'view/table'
      ? { title: '表格', help: '以行和列显示数值。' }
      : { title: one.title, help: one.description },
  ),
);
const found = (query: string) => rank(query, items).map(({ descriptor }) => descriptor.title);

describe('search', () => {
  test('an empty query lists everything in its order', () =>
    expect(found('')).toEqual(items.map(({ descriptor }) => descriptor.title)));
  test('an exact title comes before a title that only begins so', () => {
    const more = [
      ...items,
      searchable(type('x/matches-all', 'Matches of all'), { title: 'Matches of all', help: '' }),
    ];
    expect(rank('matches', more)[0]?.descriptor.title).toBe('Matches');
  });
  test('a synonym finds a node, before one whose description has the word', () =>
    expect(found('rank')).toEqual(['Top k', 'Matches', 'Table']));
  test('a word in the middle of a title counts', () => expect(found('fold')).toEqual(['Load folder']));
  test('every word must fit', () => expect(found('load picture')).toEqual(['Load picture']));
  test('a plural finds its singular', () => expect(found('load images')[0]).toBe('Load picture'));
  test('letters in order are enough when nothing better is there', () =>
    expect(found('ldfl')).toEqual(['Load folder']));
  test('titles of the language chosen are found', () => expect(found('表')).toEqual(['Table']));
  test('two characters of its help are enough to find it, one is not', () => {
    expect(found('数值')).toEqual(['Table']);
    expect(found('数')).toEqual([]);
  });
  test('letters as wide as Chinese ones are letters', () => expect(found('ＴＡＢＬＥ')).toEqual(['Table']));
  test('nonsense finds nothing', () => expect(found('zzz')).toEqual([]));
});

test('what loads pictures comes before what compares them, and what nobody ordered last', () => {
  const types = [
    type('odd/thing', 'A'),
    type('view/table', 'T'),
    type('compare/top-k', 'C'),
    type('image/b', 'B'),
  ];
  expect(inOrder(types).map(({ title }) => title)).toEqual(['B', 'C', 'T', 'A']);
});

describe('the search of a dropped wire', () => {
  const port = (types: PortDescriptor['types']) =>
    ({
      name: 'in',
      title: 'In',
      help: '',
      types,
      required: true,
      many: false,
      lazy: false,
    }) satisfies PortDescriptor;
  const titles = (given: readonly PortType[], takes: Readonly<Record<string, PortDescriptor['types']>>) =>
    inOrderFor(
      given,
      Object.entries(takes).map(([name, types]) => ({ type: type(name, name), port: port(types) })),
    ).map(({ type: name }) => name);

  test('suggests views first for matches and pictures, which people look at', () => {
    expect(
      titles(['matches'], {
        'evaluate/recall': ['matches'],
        'flow/reroute': 'any',
        'output/save-csv': ['matches', 'table'],
        'view/table': ['matches', 'table'],
        'view/matches': ['matches'],
      }),
    ).toEqual(['view/matches', 'view/table', 'evaluate/recall', 'output/save-csv', 'flow/reroute']);
    expect(titles(['images'], { 'encode/image': ['images'], 'view/gallery': ['images'] })[0]).toBe(
      'view/gallery',
    );
  });
  test('suggests the next step for vectors, which nobody looks at', () =>
    expect(titles(['embeddings'], { 'view/map': ['embeddings'], 'compare/cosine': ['embeddings'] })[0]).toBe(
      'compare/cosine',
    ));
});
