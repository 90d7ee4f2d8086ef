import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import loadFolder from '../../nodes/image/load-folder.ts';
import saveImages from '../../nodes/image/save-images.ts';
import loadEmbeddings from '../../nodes/output/load-embeddings.ts';
import saveCsv from '../../nodes/output/save-csv.ts';
import saveEmbeddings from '../../nodes/output/save-embeddings.ts';
import saveJson from '../../nodes/output/save-json.ts';
import type { ImageItem, Images, Labels, Similarity, Space, Table } from '../../nodes/sdk/index.ts';
import { movesOf } from '../../server/runtime/files/moves.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { drawPictures } from '../contract/world.ts';
import { deviceWorld, handMade, rowsOf } from './device-world.ts';
import { product, unit } from './numbers.ts';

const { world, vectors, tensor, run } = deviceWorld();
const points = [
  [1, 2, 2],
  [0.25, -4, 1e-7],
];

interface Saved {
  readonly view: {
    readonly path: string;
    readonly bytes: number;
    readonly files: number;
    readonly moves?: string;
  };
}
const saved = async (...args: Parameters<typeof run>) => {
  const { view } = (await run(...args)).outputs as unknown as Saved;
  return { ...view, text: () => readFileSync(view.path, 'utf8') };
};

interface Loaded {
  readonly embeddings: { readonly tensor: PlainTensor; readonly items: unknown[]; readonly space: Space };
}
const loaded = async (path: string, inputs = {}, params = {}) =>
  ((await run(loadEmbeddings, inputs, { path, ...params })).outputs as unknown as Loaded).embeddings;

describe('save embeddings and load embeddings', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'vectors with %d are refused with the first row that has it',
    async (value) => {
      const rows = [
        [1, 2],
        [3, value],
        [value, 4],
      ];
      const { path } = await world().ctx.files.writeMatrix('spoiled.npy', 'npy', tensor(rows), {});
      await expect(loaded(path)).rejects.toMatchObject({
        code: 'embeddings.not-finite',
        message: `Row 1 (the first is 0) of ${path} contains ${value}, which cannot be compared. Remove such rows and save the file again.`,
        args: { row: 1, path, value: String(value) },
      });
    },
  );

  const items = [
    { kind: 'text', text: 'a cat', label: 'cat' },
    { kind: 'text', text: 'Übung 猫' },
  ] as const;
  const space: Partial<Space> = {
    encoder: 'clip',
    revision: 'abc',
    dims: 3,
    adapter: { id: 'x', hash: 'y', strength: 0.5 },
  };

  test.each(['npy', 'safetensors'])('%s gives back numbers, items and space', async (format) => {
    const embeddings = vectors(points, items, space);
    const { path, files } = await saved(saveEmbeddings, { embeddings }, { name: 'round/trip', format });
    const back = await loaded(path);
    expect(rowsOf(back.tensor)).toEqual(points.map((row) => row.map(Math.fround)));
    expect(back.items).toEqual(items);
    expect(back.space).toEqual({ ...handMade, ...space });
    expect(files).toBe(format === 'npy' ? 2 : 1);
  });

  test('vectors from other programs have the space of their file, and cannot be compared with others', async () => {
    const { path } = await world().ctx.files.writeMatrix('plain.npy', 'npy', tensor(points), {});
    const { path: other } = await world().ctx.files.writeMatrix('other.npy', 'npy', tensor([[1, 2, 3]]), {});
    const [one, again, another] = [await loaded(path), await loaded(path), await loaded(other)];
    expect(one.items).toEqual([
      { kind: 'text', text: 'Row 0' },
      { kind: 'text', text: 'Row 1' },
    ]);
    expect(one.space.encoder).toMatch(/^file:[0-9a-f]{64}$/);
    expect(again.space).toEqual(one.space);
    expect(another.space.encoder).not.toBe(one.space.encoder);
  });

  test('users can add the encoder and the pictures of vectors from other programs', async () => {
    const { path } = await world().ctx.files.writeMatrix('named.npy', 'npy', tensor(points), {});
    const folder = await drawPictures(join(world().folder, 'two'), 2);
    const images = (await run(loadFolder, {}, { path: folder })).outputs.images as Images;
    const { items: own, space: made } = await loaded(path, { images }, { space: ' mine ' });
    expect(own).toEqual(images.items);
    expect(made).toMatchObject({ encoder: 'named:mine', title: 'mine', dims: 3 });
    await expect(loaded(path, { images: { ...images, items: [] } })).rejects.toThrow(
      'has 2 vectors, but 0 pictures are connected. Connect exactly the pictures that the vectors were made from, or none.',
    );
  });

  test('a damaged metadata file is ignored', async () => {
    const { path } = await saved(
      saveEmbeddings,
      { embeddings: vectors(points, items, space) },
      { name: 'torn', format: 'npy' },
    );
    writeFileSync(`${path}.json`, '{"space": "{', 'utf8');
    expect((await loaded(path)).space.encoder).toMatch(/^file:/);
  });

  test('a file name cannot leave the output folder', async () => {
    const { path } = await saved(saveEmbeddings, { embeddings: vectors(points) }, { name: '../../../up' });
    expect(path).toBe(join(world().folder, 'out', 'up.safetensors'));
  });
});

describe('save CSV', () => {
  const table: Table = {
    kind: 'table',
    columns: [
      { key: 'a', title: 'Name', type: 'text' },
      { key: 'b', title: 'Number', type: 'number' },
    ],
    rows: [
      ['=1+1', -2],
      ['x, "y"', null],
    ],
  };

  test('quotes and defuses formulas, and begins with the first name', async () => {
    const file = await saved(saveCsv, { rows: table }, { name: 'table' });
    expect(file.path.endsWith('table.csv')).toBe(true);
    expect(file.text()).toBe('Name,Number\r\n\'=1+1,-2\r\n"x, ""y""",\r\n');
  });

  test('begins so that Excel reads UTF-8 if that is asked for', async () => {
    const plain = await saved(saveCsv, { rows: table }, { name: 'table' });
    const marked = await saved(saveCsv, { rows: table }, { name: 'marked', excel: true });
    expect(marked.text()).toBe(`\uFEFF${plain.text()}`);
  });

  test('uses the chosen separator', async () => {
    const file = await saved(saveCsv, { rows: table }, { name: 'table.tsv', separator: 'tab' });
    expect(file.path.endsWith('table.tsv')).toBe(true);
    expect(file.text().split('\r\n')[0]).toBe('Name\tNumber');
  });

  test('writes vectors with one row per item and one column per number, in order', async () => {
    // More rows than one copy from the device holds.
    const many = Array.from({ length: 2500 }, (_, n) => [n, -n / 2]);
    const items = many.map((_, n) => ({ kind: 'text', text: `t${n}` }) as const);
    const lines = (await saved(saveCsv, { rows: vectors(many, items) })).text().trimEnd().split('\r\n');
    expect(lines).toHaveLength(2501);
    expect(lines[0]).toBe('Item,0,1');
    for (const n of [0, 1, 1023, 1024, 2499])
      expect(lines[n + 1]).toBe(`t${n},${n},${n === 0 ? -0 : -n / 2}`);
  });
});

describe('save JSON', () => {
  test('writes scores that are computed while they are written', async () => {
    const { ctx } = world();
    const { items } = vectors(points);
    const left = await ctx.ops.l2Normalize(tensor(points));
    const similarity: Similarity = {
      kind: 'similarity',
      queries: items,
      gallery: items,
      metric: 'cosine',
      scores: { form: 'product', left, right: left },
      skipped: [],
    };
    const made = JSON.parse((await saved(saveJson, { value: similarity }, { name: 'scores' })).text());
    const expected = product(unit(points), unit(points));
    expect(made).toMatchObject({
      kind: 'similarity',
      metric: 'cosine',
      queries: [{ text: 'a' }, { text: 'b' }],
    });
    for (const [i, row] of expected.entries())
      for (const [j, value] of row.entries()) expect(made.scores[i][j]).toBeCloseTo(value, 6);
  });

  test('writes vectors row by row, and NaN as null', async () => {
    const embeddings = vectors([
      [1, Number.NaN],
      [Number.POSITIVE_INFINITY, 2],
    ]);
    const made = JSON.parse((await saved(saveJson, { value: embeddings })).text());
    expect(made.tensor).toEqual({
      dims: [2, 2],
      values: [
        [1, null],
        [null, 2],
      ],
    });
    expect(made.items).toEqual([{ text: 'a' }, { text: 'b' }]);
  });
});

describe('save images', () => {
  let images: Images;
  beforeAll(async () => {
    const folder = await drawPictures(join(world().folder, 'to-save'), 3);
    images = (await run(loadFolder, {}, { path: folder })).outputs.images as Images;
  });

  test('copies files byte for byte, in the same folders', async () => {
    const { path, files, bytes } = await saved(saveImages, { images }, { folder: 'copies' });
    expect([files, path]).toEqual([3, join(world().folder, 'out/copies')]);
    let total = 0;
    for (const { path: inside, source } of images.items) {
      const original = readFileSync(source.kind === 'file' ? source.path : '');
      expect(readFileSync(join(path, inside)).equals(original)).toBe(true);
      total += original.length;
    }
    expect(bytes).toBe(total);
  });

  test('sorts into folders by the connected labels, whatever their order', async () => {
    const items = [...images.items].reverse();
    const labels: Labels = { kind: 'labels', items, labels: ['a/b', null, '..'] };
    const { path } = await saved(saveImages, { images, labels }, { folder: 'sorted', layout: 'label' });
    const names = items.map(({ name }) => name);
    expect(existsSync(join(path, 'a_b', names[0]!))).toBe(true);
    expect(existsSync(join(path, 'no category', names[1]!))).toBe(true);
    expect(existsSync(join(path, '_', names[2]!))).toBe(true);
  });

  test.each([
    ['B.PNG', 'original', 'B.PNG'],
    ['photo 1.2', 'original', 'photo 1.2.png'],
    ['wrong.jpeg', 'original', 'wrong.png'],
    ['B.JPEG', 'jpeg', 'B.JPEG'],
    ['old.gif', 'jpeg', 'old.jpg'],
    ['.hidden', 'original', '_hidden.png'],
  ])('%s is saved as %s under the name %s', async (name, format, expected) => {
    const item = { ...images.items[0]!, name, path: name };
    const params = { folder: `names-${name.length}-${format}`, layout: 'flat', format };
    const { path } = await saved(saveImages, { images: { ...images, items: [item] } }, params);
    expect(readdirSync(path)).toEqual([expected]);
  });

  test('warns about pictures that the folder left out', async () => {
    const skipped = [{ name: 'x.jpg', path: 'sub/x.jpg', reason: 'The link leads nowhere.' }];
    const { warnings } = await run(saveImages, { images: { ...images, skipped } }, { folder: 'left-out' });
    expect(warnings).toEqual(['sub/x.jpg was not saved. The link leads nowhere.']);
  });

  test('keeps two pictures with the same name', async () => {
    const [first, second] = images.items as [ImageItem, ImageItem];
    const twins = { ...images, items: [first, { ...second, name: first.name }] };
    const { path, files } = await saved(saveImages, { images: twins }, { folder: 'flat', layout: 'flat' });
    expect(files).toBe(2);
    expect(existsSync(join(path, first.name.replace('.png', '-2.png')))).toBe(true);
  });

  test('moves files, never onto others, and moves them back by the id of the result', async () => {
    const folder = await drawPictures(join(world().folder, 'to-move'), 3);
    const mine = (await run(loadFolder, {}, { path: folder })).outputs.images as Images;
    const names = mine.items.map(({ name }) => name);
    const places = mine.items.map(({ path }) => join(folder, path));
    const before = places.map((place) => readFileSync(place));
    const target = join(world().folder, 'out/moved');
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, names[0]!), 'of somebody else');
    const { path, files, bytes, moves } = await saved(
      saveImages,
      { images: mine },
      { folder: 'moved', layout: 'flat', transfer: 'move' },
    );
    expect([path, files, bytes]).toEqual([target, 3, before.reduce((sum, { length }) => sum + length, 0)]);
    expect(places.some(existsSync)).toBe(false);
    expect(readFileSync(join(target, names[0]!), 'utf8')).toBe('of somebody else');
    expect(readFileSync(join(target, names[0]!.replace('.png', '-2.png'))).equals(before[0]!)).toBe(true);
    const undone = await movesOf(join(world().folder, 'data')).undo(moves!);
    expect(undone).toMatchObject({ files: 3, kept: [] });
    expect(places.map((place) => readFileSync(place))).toEqual(before);
    expect(readdirSync(target)).toEqual([names[0]]);
  });

  test('copies samples where files are moved', async () => {
    const samples = (await run(loadFolder, {}, { path: 'sample:pictures/drinks' })).outputs.images as Images;
    const { files, moves } = await saved(
      saveImages,
      { images: { ...samples, items: samples.items.slice(0, 2) } },
      { folder: 'of-samples', transfer: 'move' },
    );
    expect([files, moves]).toEqual([2, undefined]);
    for (const { source } of samples.items)
      expect(existsSync(source.kind === 'file' ? source.path : '')).toBe(true);
  });

  test('makes pictures smaller, never larger', async () => {
    const { path } = await saved(
      saveImages,
      { images },
      { folder: 'small', layout: 'flat', format: 'jpeg', maxEdge: 32 },
    );
    for (const { name, source } of images.items) {
      const [made, original] = await Promise.all(
        [join(path, name.replace('.png', '.jpg')), source.kind === 'file' ? source.path : ''].map((file) =>
          sharp(file).metadata(),
        ),
      );
      expect(made!.format).toBe('jpeg');
      expect(Math.max(made!.width, made!.height)).toBe(
        Math.min(32, Math.max(original!.width, original!.height)),
      );
    }
  });

  test('a warning names a picture that cannot be read, and the others are saved', async () => {
    const torn = join(world().folder, 'torn/torn.png');
    mkdirSync(dirname(torn), { recursive: true });
    writeFileSync(torn, 'not a picture');
    const item: ImageItem = {
      kind: 'image',
      name: 'torn.png',
      path: 'torn.png',
      source: { kind: 'file', path: torn, size: 13, mtimeMs: 0 },
    };
    const { outputs, warnings } = await run(
      saveImages,
      { images: { ...images, items: [item, ...images.items] } },
      { folder: 'some', format: 'png' },
    );
    expect((outputs as unknown as Saved).view.files).toBe(3);
    expect(warnings).toEqual([expect.stringMatching(/^torn\.png was not saved\. .+\.$/s)]);
  });
});
