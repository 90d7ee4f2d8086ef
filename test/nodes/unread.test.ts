import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import image from '../../nodes/encode/image.ts';
import tokens from '../../nodes/encode/tokens.ts';
import statistics from '../../nodes/preprocess/dataset-statistics.ts';
import type { AnyNodeDefinition, Images } from '../../nodes/sdk/index.ts';
import { fixtureModels } from '../contract/world.ts';
import { deviceWorld } from './device-world.ts';

const { world, run } = deviceWorld();

async function pictures(...names: string[]): Promise<Images> {
  const { ctx, folder } = world();
  const place = join(folder, 'unread');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'empty.jpg'), '');
  writeFileSync(join(place, 'text.png'), 'no picture');
  const { items } = await ctx.images.folder(place, { recursive: false, labels: false, signal: ctx.signal });
  const good = await ctx.images.file(join(fixtureModels, 'images/photo0.jpg'));
  const all = [...items, good];
  return { kind: 'images', items: names.map((name) => all.find((item) => item.name === name)!), skipped: [] };
}

const cases: [string, AnyNodeDefinition, string | undefined, string][] = [
  ['Encode pictures', image, 'clip', 'embeddings'],
  ['Encode tokens', tokens, 'vit', 'tokens'],
  ['Dataset statistics', statistics, undefined, 'metrics'],
];

describe.each(cases)('%s', (_, node, model, output) => {
  const go = async (...names: string[]) =>
    run(node, {
      images: await pictures(...names),
      ...(model && { encoder: await world().ctx.encoders.open(model) }),
    });

  test('fails with the reason when the only picture cannot be read', async () => {
    await expect(go('empty.jpg')).rejects.toMatchObject({
      code: 'image.one-unread',
      message: 'empty.jpg was not read. The picture file is empty. Copy it again.',
    });
  });

  test('fails with the first reason and how many when none can be read', async () => {
    await expect(go('text.png', 'empty.jpg')).rejects.toMatchObject({
      message:
        'None of the 2 pictures could be read. The first, text.png: This file is not a picture that Patchbay can read. It reads JPEG, PNG, WebP, GIF, TIFF and AVIF.',
    });
  });

  test('continues when one of several pictures cannot be read', async () => {
    const { outputs } = await go('empty.jpg', 'photo0.jpg');
    expect(outputs[output]).toMatchObject(
      output === 'metrics' ? { values: { images: 1 } } : { items: [{ name: 'photo0.jpg' }] },
    );
  });
});

test('Dataset statistics also warns about pictures that the folder left out', async () => {
  const images = await pictures('photo0.jpg');
  const { warnings } = await run(statistics, {
    images: { ...images, skipped: [{ name: 'x.jpg', path: 'x.jpg', reason: 'The link leads nowhere.' }] },
  });
  expect(warnings).toEqual(['x.jpg was left out. The link leads nowhere.']);
});
