import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { F32, ImageItem, View } from '../../nodes/sdk/index.ts';
import { type ReadView, readView, VIEWS, type ViewKind } from '../../server/contract/view.ts';
import { type ResultTools, valueJson } from '../../server/results/value-json.ts';

const cat: ImageItem = {
  kind: 'image',
  name: 'cat.png',
  path: 'animals/cat.png',
  label: 'animals',
  source: { kind: 'file', path: '/x/animals/cat.png', size: 1, mtimeMs: 1 },
};
const words = { kind: 'text', text: 'a cat' } as const;
const item = { title: 'animals/cat.png', label: 'animals', isPicture: true };
const text = { title: 'a cat', isPicture: false };

function tensor(dims: readonly number[], values: readonly number[]): F32 {
  const data = new Float32Array(values);
  return {
    kind: 'tensor',
    dtype: 'float32',
    dims,
    bytes: data.byteLength,
    toHost: () => Promise.resolve({ dtype: 'float32', dims, data }),
    retain() {},
    release() {},
  };
}

/** One view of each kind, and what a client reads from its JSON. */
const SAMPLES: {
  readonly [K in ViewKind]: { readonly value: Extract<View, { view: K }>; readonly read: object };
} = {
  gallery: {
    value: {
      kind: 'view',
      view: 'gallery',
      title: 'T',
      items: [cat],
      total: 9,
      skipped: [{ name: 'b', reason: 'Why.' }],
    },
    read: {
      title: 'T',
      items: [item],
      total: 9,
      skipped: [{ name: 'b', reason: { code: 'text', message: 'Why.' } }],
    },
  },
  matches: {
    value: {
      kind: 'view',
      view: 'matches',
      matches: {
        kind: 'matches',
        metric: 'cosine',
        results: [{ query: words, results: [{ item: cat, index: 0, score: 0.5 }] }],
        skipped: [],
      },
    },
    read: { matches: [{ query: text, results: [{ item, score: 0.5 }] }] },
  },
  bars: {
    value: {
      kind: 'view',
      view: 'bars',
      metric: 'softmax',
      groups: [{ item: cat, bars: [{ label: 'a', value: 1 }] }],
    },
    read: { metric: 'softmax', groups: [{ item, bars: [{ label: 'a', value: 1 }] }] },
  },
  table: {
    value: {
      kind: 'view',
      view: 'table',
      total: 3,
      table: {
        kind: 'table',
        columns: [{ key: 'n', title: 'N', type: 'number' }],
        rows: [[1], [null]],
        items: [cat, words],
      },
    },
    read: {
      total: 3,
      columns: [{ key: 'n', title: 'N', type: 'number' }],
      rows: [[1], [null]],
      items: [item, text],
    },
  },
  heatmap: {
    value: {
      kind: 'view',
      view: 'heatmap',
      rows: [cat],
      columns: [cat, words],
      tensor: tensor([1, 2], [0.25, 1]),
    },
    read: { rows: [item], columns: [item, text], values: new Float32Array([0.25, 1]) },
  },
  patches: {
    value: {
      kind: 'view',
      view: 'patches',
      shows: 'heat',
      items: [cat],
      rows: 1,
      columns: 2,
      preprocess: {
        exif: false,
        steps: [
          { op: 'crop', width: 8, height: 8 },
          { op: 'rescale', factor: 2 },
        ],
      },
      metric: 'cosine',
      queries: [words],
      picked: { picture: 1, row: 1, column: 2 },
      ranges: [[-1, 1]],
      tensor: tensor([1, 2], [0.5, -1]),
    },
    read: {
      shows: 'heat',
      items: [item],
      rows: 1,
      columns: 2,
      upright: false,
      steps: [{ op: 'crop', width: 8, height: 8 }],
      queries: [text],
      picked: { picture: 1, row: 1, column: 2 },
      ranges: [[-1, 1]],
      values: new Float32Array([0.5, -1]),
    },
  },
  curve: {
    value: {
      kind: 'view',
      view: 'curve',
      x: 'Epoch',
      y: 'Loss',
      total: 9,
      series: [
        {
          name: 'Training',
          points: [
            [1, 0.5],
            [2, Number.NaN],
          ],
        },
        { name: 'Held out', points: [[1, 0.75]], dashed: true },
      ],
    },
    read: {
      x: 'Epoch',
      y: 'Loss',
      total: 9,
      count: 3,
      series: [
        {
          name: 'Training',
          points: [
            [1, 0.5],
            [2, Number.NaN],
          ],
        },
        { name: 'Held out', points: [[1, 0.75]], dashed: true },
      ],
    },
  },
  confusion: {
    value: {
      kind: 'view',
      view: 'confusion',
      categories: ['animals', 'fruit'],
      cells: [
        [0, 1, 3],
        [0, 2, 1],
        [1, 1, 2],
      ],
      pictures: [{ item: cat, truth: 0, predicted: 1, score: 0.75 }],
      total: 6,
    },
    read: {
      categories: ['animals', 'fruit'],
      cells: [
        [0, 1, 3],
        [0, 2, 1],
        [1, 1, 2],
      ],
      pictures: [{ item, truth: 0, predicted: 1, score: 0.75 }],
      total: 6,
    },
  },
  map: {
    value: {
      kind: 'view',
      view: 'map',
      items: [cat, words],
      columns: [{ title: 'Categories', names: ['animals'] }, { title: 'Score' }],
      tensor: tensor([2, 4], [0.5, -1, 0, 0.25, 2, 3, Number.NaN, Number.NaN]),
      total: 9,
      skipped: [{ name: 'b', reason: 'Why.' }],
    },
    read: {
      items: [item, text],
      columns: [{ title: 'Categories', names: ['animals'] }, { title: 'Score' }],
      values: new Float32Array([0.5, -1, 0, 0.25, 2, 3, Number.NaN, Number.NaN]),
      total: 9,
      skipped: [{ name: 'b', reason: { code: 'text', message: 'Why.' } }],
    },
  },
  file: {
    value: { kind: 'view', view: 'file', path: '/o/a.csv', bytes: 7, files: 1 },
    read: { path: '/o/a.csv', bytes: 7, files: 1 },
  },
};
const kinds = Object.keys(SAMPLES) as ViewKind[];

const tools: ResultTools = {
  save: async (name) => `/out/${name}.safetensors`,
  scores: () => Promise.reject(new Error('not asked for')),
};
const written = async (kind: ViewKind) =>
  JSON.parse(JSON.stringify(await valueJson('v', SAMPLES[kind].value, tools))) as Record<string, unknown>;

describe.each(kinds)('a view of the kind %s', (kind) => {
  test('reads back as it was written', async () => {
    const json = await written(kind);
    expect(readView(json)).toMatchObject({ view: kind, ...SAMPLES[kind].read });
  });

  test('is written by its schema: every field has its place there, and none is lost', async () => {
    const json = await written(kind);
    const { fields } = VIEWS[kind];
    expect(Object.keys(json).filter((field) => field !== 'view' && field !== 'title')).toEqual(
      fields.filter((field) => field in json),
    );
    const own = Object.keys(SAMPLES[kind].value).filter(
      (field) => !['kind', 'view', 'tensor', 'table'].includes(field),
    );
    expect(own.filter((field) => !(field in json))).toEqual([]);
  });

  test('of an older version, with fields missing or broken, still reads', () => {
    const broken = fc.dictionary(fc.constantFrom(...VIEWS[kind].fields), fc.jsonValue());
    fc.assert(
      fc.property(broken, (fields) => {
        expect([kind, 'unloaded', 'stored']).toContain(readView({ ...fields, view: kind }).view);
      }),
    );
    expect(readView({ view: kind }).view).toBe(kind);
  });

  test('that is too large for a message names its file', () => {
    expect(readView({ view: kind, title: 'T', file: '/o/v.json', bytes: 9 })).toEqual({
      view: 'stored',
      title: 'T',
      file: '/o/v.json',
      bytes: 9,
    } satisfies ReadView);
  });
});

test('a kind that nobody here knows is kept as it is, and so is what is no view', () => {
  for (const json of [{ view: 'globe', x: 1 }, { view: 'constructor' }, null, 7, 'x', [1]])
    expect(readView(json)).toMatchObject({ view: 'unknown', json });
});
