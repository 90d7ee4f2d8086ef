import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import duplicates from '../../nodes/explore/duplicates.ts';
import {
  type Embeddings,
  type Images,
  type Labels,
  type Matches,
  seededRandom,
  sharpnessOf,
  type Table,
} from '../../nodes/sdk/index.ts';
import { deviceWorld } from './device-world.ts';

const { world, vectors, tensor, run } = deviceWorld();

const pathsOf = (value: unknown) => (value as Images).items.map(({ path }) => path);
const groupsOf = (value: unknown) =>
  (value as Matches).results.map(({ query, results }) =>
    [query, ...results.map(({ item }) => item)].map((item) => (item.kind === 'image' ? item.path : '')),
  );

let folder: string;
const load = () =>
  world().ctx.images.folder(folder, { recursive: true, labels: false, signal: world().ctx.signal });

/** A soft picture of its own. */
async function drawn(seed: number, side: number) {
  const random = seededRandom(seed);
  const small = Buffer.from(Array.from({ length: 10 * 10 * 3 }, () => Math.floor(256 * random())));
  const raw = { width: 10, height: 10, channels: 3 } as const;
  const large = await sharp(small, { raw }).resize(192, 192, { kernel: 'cubic' }).png().toBuffer();
  return sharp(large).resize(side, side);
}

beforeAll(async () => {
  folder = join(world().folder, 'pictures');
  mkdirSync(join(folder, 'copies'), { recursive: true });
  await (await drawn(1, 96)).png().toFile(join(folder, 'a.png'));
  copyFileSync(join(folder, 'a.png'), join(folder, 'copies', 'a.png'));
  await sharp(join(folder, 'a.png')).webp({ lossless: true }).toFile(join(folder, 'a.webp'));
  await (await drawn(1, 48)).jpeg({ quality: 70 }).toFile(join(folder, 'a-small.jpg'));
  await (await drawn(2, 64)).png().toFile(join(folder, 'b.png'));
  await (await drawn(2, 128)).png().toFile(join(folder, 'b-large.png'));
  await (await drawn(3, 64)).png().toFile(join(folder, 'c.png'));
  for (const [name, level] of [
    ['black', 0],
    ['white', 255],
  ] as const)
    await sharp({
      create: { width: 20, height: 20, channels: 3, background: { r: level, g: level, b: level } },
    })
      .png()
      .toFile(join(folder, `${name}.png`));
});

describe('duplicates', () => {
  test.each([
    ['bytes', [['a.png', 'copies/a.png']]],
    ['pixels', [['a.png', 'a.webp', 'copies/a.png']]],
    [
      'near',
      [
        ['a-small.jpg', 'a.png', 'a.webp', 'copies/a.png'],
        ['b-large.png', 'b.png'],
      ],
    ],
  ] as const)('by %s', async (how, wanted) => {
    const images = await load();
    const { outputs, warnings } = await run(duplicates, { images }, { how });
    expect(groupsOf(outputs.matches).map((group) => group.sort())).toEqual(wanted);
    const [keep, remove] = [pathsOf(outputs.keep), pathsOf(outputs.remove)];
    expect([...keep, ...remove].sort()).toEqual(pathsOf(images).sort());
    expect(remove).toHaveLength(wanted.flat().length - wanted.length);
    const { labels } = outputs.labels as Labels;
    for (const [group, paths] of wanted.entries())
      for (const path of paths) expect(labels[pathsOf(images).indexOf(path)]).toBe(`Group ${group + 1}`);
    expect(labels.filter((label) => label === null)).toHaveLength(images.items.length - wanted.flat().length);
    expect(warnings).toEqual([]);
  });

  test('keeps the one with the most pixels, then the larger file, and says why the others are there', async () => {
    const { outputs } = await run(duplicates, { images: await load() });
    const kept = pathsOf(outputs.keep);
    expect(kept).toContain('b-large.png');
    expect(kept).not.toContain('a-small.jpg');
    const rows = (outputs.table as Table).rows.map(([group, picture, keep, reason, , width]) => [
      group,
      picture,
      keep,
      reason,
      width,
    ]);
    expect(rows.filter(([, , keep]) => keep)).toHaveLength(2);
    expect(rows.find(([, picture]) => picture === 'b.png')).toEqual([
      'Group 2',
      'b.png',
      false,
      'nearly the same',
      64,
    ]);
    expect(rows.find(([, picture]) => picture === 'a-small.jpg')?.[3]).toBe('nearly the same');
    const reasons = rows.filter(([group, , keep]) => group === 'Group 1' && !keep).map(([, , , why]) => why);
    expect(reasons.sort()).toEqual(['nearly the same', 'same file', 'same pixels']);
    const first = await run(duplicates, { images: await load() }, { keep: 'first' });
    expect(groupsOf(first.outputs.matches).map(([path]) => path)).toEqual(['a-small.jpg', 'b-large.png']);
  });

  test('nearly the same by vectors, through others, however many there are', async () => {
    const images = await load();
    const few = { ...images, items: images.items.slice(0, 4) };
    const at = (angle: number) => [Math.cos(angle), Math.sin(angle)];
    const ofFew = (rows: number[][]): Embeddings => ({
      ...vectors([]),
      tensor: tensor(rows),
      items: few.items,
    });
    const chain = ofFew([at(0), at(0.3), at(0.6), at(2)]);
    const { outputs } = await run(duplicates, { images: few, embeddings: chain }, { threshold: 0.95 });
    const [group = []] = groupsOf(outputs.matches);
    expect(group.sort()).toEqual(pathsOf(few).slice(0, 3).sort());
    // 60 directions, each near the next one only: every one has more neighbours than are looked at first.
    const many = Array.from({ length: 60 }, (_, i) => i);
    const copies = join(world().folder, 'many');
    mkdirSync(copies, { recursive: true });
    const { data } = await sharp(join(folder, 'c.png')).toBuffer({ resolveWithObject: true });
    for (const i of many)
      writeFileSync(join(copies, `${100 + i}.png`), Buffer.concat([data, Buffer.from([i])]));
    const all = await world().ctx.images.folder(copies, {
      recursive: true,
      labels: false,
      signal: world().ctx.signal,
    });
    const close = (i: number) => at((i % 2) * 0.2 + Math.floor(i / 2) * 0.001);
    const two: Embeddings = { ...vectors([]), tensor: tensor(many.map(close)), items: all.items };
    const found = await run(duplicates, { images: all, embeddings: two }, { threshold: 0.985 });
    expect(groupsOf(found.outputs.matches)).toHaveLength(1);
  });

  test('says what it could not compare', async () => {
    const images = await load();
    const some: Embeddings = { ...vectors([]), tensor: tensor([[1, 0]]), items: images.items.slice(0, 1) };
    const { warnings } = await run(duplicates, { images, embeddings: some });
    expect(warnings).toEqual([expect.stringContaining('8 of 9 pictures have no vector at *Vectors*')]);
    const gone = {
      ...images.items[0]!,
      path: 'gone.png',
      source: { kind: 'file', path: join(folder, 'gone.png'), size: 5, mtimeMs: 1 },
    } as const;
    const missing = await run(duplicates, { images: { ...images, items: [gone, ...images.items] } });
    expect(missing.warnings).toEqual(['1 of 10 pictures could not be read and counts as no duplicate.']);
    expect(pathsOf(missing.outputs.keep)).toContain('gone.png');
    const none = await run(duplicates, { images: { ...images, items: [] } });
    expect(none.outputs.table).toMatchObject({ rows: [] });
  });
});

test('sharpness is the variance of the Laplacian', () => {
  const size = 5;
  const planes = new Float32Array(3 * size * size);
  for (let plane = 0; plane < 3; plane++) planes[plane * size * size + 12] = 100;
  // One point: -400 in the middle, 100 at its four neighbours, 0 at the other four corners of 3 x 3.
  expect(sharpnessOf(planes, size, size)).toBeCloseTo((400 ** 2 + 4 * 100 ** 2) / 9, 1);
  expect(sharpnessOf(new Float32Array(12), 2, 2)).toBe(0);
});
