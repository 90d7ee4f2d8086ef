import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Embeddings, Skipped, Tokens, View } from '../../nodes/sdk/index.ts';
import patchColors from '../../nodes/view/patch-colors.ts';
import patchHeatmap from '../../nodes/view/patch-heatmap.ts';
import { validate } from '../../server/engine/validate.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { deviceWorld, handMade } from './device-world.ts';
import { named } from './run-pure.ts';

/** Tokens with one token before the patches, and results of NumPy in float64; see make.py beside it. */
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/patches/expected.json', import.meta.url), 'utf8'),
) as Record<'tokens' | 'texts' | 'heat' | 'byText' | 'robust' | 'range', number[]> & {
  pictures: number;
  rows: number;
  columns: number;
  prefix: number;
  dims: number;
  picked: { picture: number; row: number; column: number };
};
const { pictures, rows, columns, prefix, dims, picked } = expected;
/** Tolerances between float32 and float64: for cosines, and for colours, which are fractions of a range. */
const NEAR = 1e-5;
const NEAR_COLOR = 1e-4;

const { world, vectors, run } = deviceWorld();
const space = { ...handMade, layer: 'patch-embedding', pooling: 'none' };

function tokens(over: Partial<Tokens> = {}): Tokens {
  const data = Float32Array.from(expected.tokens);
  const shape = [pictures, prefix + rows * columns, dims];
  const tensor = world().ctx.ops.tensor({ dtype: 'float32', dims: shape, data });
  tensor.retain();
  const { items } = named(['a.png', 'b.png', 'c.png']);
  const skipped: Skipped[] = [];
  return { kind: 'tokens', tensor, items, skipped, space, grid: { rows, columns, prefix }, ...over };
}

type Shown = Omit<Extract<View, { view: 'patches' }>, 'tensor'> & { readonly tensor: PlainTensor } & {
  readonly picked?: object;
  readonly ranges?: readonly (readonly [number, number])[];
};

async function shown(
  node: typeof patchHeatmap | typeof patchColors,
  ...rest: [object, object?]
): Promise<Shown> {
  const { outputs } = await run(node as never, ...(rest as [Record<string, unknown>]));
  return outputs.view as unknown as Shown;
}

function farthest(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe('patch heatmap', () => {
  test('a picked patch is compared with every patch of every picture, but not with class tokens', async () => {
    const view = await shown(patchHeatmap, { tokens: tokens() }, picked);
    expect(view.tensor.tensor).toEqual([pictures, rows * columns]);
    expect(farthest(view.tensor.data, expected.heat)).toBeLessThan(NEAR);
    expect(view).toMatchObject({ shows: 'heat', metric: 'cosine', rows, columns, picked, queries: [] });
    const [[least, most] = [0, 0]] = view.ranges ?? [];
    expect([least, most]).toEqual([Math.min(...view.tensor.data), Math.max(...view.tensor.data)]);
    expect(most).toBeCloseTo(1, 6);
  });

  test('0 is the middle, and a number beyond the grid means the last patch, with a warning', async () => {
    expect((await shown(patchHeatmap, { tokens: tokens() })).picked).toEqual({
      picture: 1,
      row: 3,
      column: 3,
    });
    const { outputs, warnings } = await run(
      patchHeatmap as never,
      { tokens: tokens() },
      { row: 9, picture: 4 },
    );
    expect((outputs.view as unknown as Shown).picked).toEqual({ picture: 3, row: 4, column: 3 });
    expect(warnings.join(' ')).toBe(
      'There is no picture 4, because there are only 3. The last one is used. There is no row 9, because a picture has 4 x 5 patches. The last one is used.',
    );
  });

  test('queries give a map for each query and picture', async () => {
    const texts = [expected.texts.slice(0, dims), expected.texts.slice(dims)];
    const queries: Embeddings = vectors(texts, undefined, { ...space, tower: 'text' });
    const view = await shown(patchHeatmap, { tokens: tokens(), queries });
    expect(view.tensor.tensor).toEqual([pictures, 2 * rows * columns]);
    expect(farthest(view.tensor.data, expected.byText)).toBeLessThan(NEAR);
    expect(view.picked).toBeUndefined();
    expect(view.ranges).toHaveLength(2);
  });

  test('queries of another space are refused with the layer to choose', async () => {
    const queries = vectors([expected.texts.slice(0, dims)], undefined, { tower: 'text' });
    const hidden = tokens({ space: { ...space, layer: 'hidden' } });
    await expect(run(patchHeatmap as never, { tokens: hidden, queries })).rejects.toThrow(
      '*Patch heatmap* cannot compare its inputs: *Queries* gives hand-made, *Tokens* gives hand-made (hidden, none). In *Encode tokens*, choose the layer "Comparable with texts", if the encoder has it.',
    );
    const other = vectors([[1]], undefined, { encoder: 'other', title: 'Other' });
    await expect(run(patchHeatmap as never, { tokens: hidden, queries: other })).rejects.toThrow(
      '*Patch heatmap* cannot compare its inputs: *Queries* gives Other, *Tokens* gives hand-made (hidden, none). Use the same encoder for both.',
    );
  });

  test('tokens without a grid are refused, tokens without pictures show nothing', async () => {
    const { grid: _, ...loose } = tokens();
    await expect(run(patchHeatmap as never, { tokens: loose })).rejects.toThrow(
      'The tokens of hand-made form no grid, so they cannot be shown on a picture. Choose an encoder that cuts pictures into patches, such as a ViT, DINOv2 or CLIP.',
    );
    const tensor = world().ctx.ops.tensor({ dtype: 'float32', dims: [0, 0, 0], data: new Float32Array() });
    const nothing = { ...loose, tensor, items: [] };
    expect(await shown(patchHeatmap, { tokens: nothing })).toMatchObject({ items: [], ranges: [] });
    expect(await shown(patchColors, { tokens: nothing })).toMatchObject({ items: [] });
  });
});

describe('patch colours', () => {
  test.each([
    ['robust', 'robust'],
    ['range', 'range'],
  ] as const)(
    'are the first three principal components of all patches together: %s',
    async (scaling, key) => {
      const view = await shown(patchColors, { tokens: tokens() }, { scaling });
      expect(view.tensor.tensor).toEqual([pictures, rows * columns * 3]);
      expect(farthest(view.tensor.data, expected[key])).toBeLessThan(NEAR_COLOR);
      expect(view.tensor.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    },
  );
});

test('a wire from texts to the patches of another layer is refused before a run', async () => {
  const workflow: Workflow = {
    format: 'patchbay',
    version: 1,
    name: 'Where',
    nodes: [
      { id: 'pictures', type: 'image/load-folder', params: { path: 'sample:pictures' } },
      { id: 'encoder', type: 'encode/load-encoder', params: { model: 'emoji-clip' } },
      { id: 'words', type: 'text/prompts', params: { prompts: ['cat'] } },
      { id: 'text', type: 'encode/text' },
      { id: 'tokens', type: 'encode/tokens' },
      { id: 'heat', type: 'view/patch-heatmap' },
    ],
    edges: [
      ['pictures.images', 'tokens.images'],
      ['encoder.encoder', 'tokens.encoder'],
      ['encoder.encoder', 'text.encoder'],
      ['words.texts', 'text.texts'],
      ['tokens.tokens', 'heat.tokens'],
      ['text.embeddings', 'heat.queries'],
    ].map(([from = '', to = '']) => {
      const end = (of: string) => ({ node: of.split('.')[0]!, port: of.split('.')[1]! });
      return { from: end(from), to: end(to) };
    }),
  };
  const layers = ['embedding', 'hidden'];
  const info = {
    id: 'emoji-clip',
    title: 'Emoji CLIP',
    family: 'clip',
    towers: { image: { dims: 4, layers, projection: true }, text: { dims: 4 } },
  };
  const models = { describe: () => info, ids: () => ['emoji-clip'] };
  const { problems } = validate(workflow, await loadNodes(), { models });
  expect(problems).toEqual([
    expect.objectContaining({
      code: 'space.patch-layer',
      nodeId: 'heat',
      port: 'tokens',
      message:
        '*Patch heatmap* cannot compare its inputs: *Encode texts* gives Emoji CLIP (4), *Encode tokens* gives Emoji CLIP (hidden, none). In *Encode tokens*, choose the layer "Comparable with texts", if the encoder has it.',
    }),
  ]);
});
