import { describe, expect, test } from 'vitest';
import encodeImages from '../../nodes/encode/image.ts';
import encodeTokens from '../../nodes/encode/tokens.ts';
import crop from '../../nodes/preprocess/crop.ts';
import fromModel from '../../nodes/preprocess/from-model.ts';
import normalize from '../../nodes/preprocess/normalize.ts';
import resize from '../../nodes/preprocess/resize.ts';
import type {
  EncoderRef,
  InferContext,
  Metrics,
  ParamSpec,
  ReportedProblem,
  ValueInfo,
} from '../../nodes/sdk/index.ts';
import { named, runPure } from './run-pure.ts';

const images = named(['a.jpg', 'b.jpg']);
const metrics: Metrics = {
  kind: 'metrics',
  values: { mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6], images: 2 },
};

/** What `infer` of a node says about its output, and the problems it reports. */
function inferred(
  node: { readonly infer?: unknown; readonly params: object },
  inputs: Readonly<Record<string, ValueInfo>>,
  params: object = {},
) {
  const problems: ReportedProblem[] = [];
  const infer = node.infer as (context: InferContext<object>) => Readonly<Record<string, ValueInfo>>;
  const defaults = Object.entries(node.params).map(([name, spec]) => [name, (spec as ParamSpec).default]);
  const values = infer({
    params: { ...Object.fromEntries(defaults), ...params },
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, info]) => [port, [info]])),
    models: { describe: () => undefined, ids: () => [] },
    report: (problem) => problems.push(problem),
  });
  return { values, problems };
}

describe('the size of prepared pictures', () => {
  const steps = [{ op: 'crop', width: 64, height: 64 }] as const;
  const towers = {
    image: { layers: ['embedding', 'hidden'], projection: false, reads: { width: 64, height: 64 } },
  };
  const encoder = { id: 'm', title: 'A ViT', family: 'vit', towers, preprocess: { exif: true, steps } };

  test.each([
    [64, 64, 0],
    [96, 64, 1],
  ])('%d x %d is compared with what a model reads while wiring', (width, height, count) => {
    const { values } = inferred(crop, { images: {} }, { width, height });
    const { pixels } = inferred(normalize, { images: values.pixels! }).values;
    for (const node of [encodeImages, encodeTokens]) {
      const { problems } = inferred(node, { images: pixels!, encoder: { encoder } });
      expect(problems.length).toBe(count);
      if (count > 0)
        expect(problems[0]).toMatchObject({
          code: 'encode.size',
          port: 'images',
          expected: '64 x 64',
          got: '96 x 64',
          message:
            'A ViT reads pictures of 64 x 64 pixels and got 96 x 64. Resize or crop to that size, or use *Preprocess for model* with side 0.',
          args: { model: 'A ViT', width: 64, height: 64, got: '96 x 64' },
        });
    }
  });

  test.each([
    [0, { width: 64, height: 64 }],
    [128, { width: 128, height: 128 }],
  ])('that a model’s own preprocessing gives for side %d is known', (side, picture) => {
    const { values } = inferred(fromModel, { images: {}, encoder: { encoder } }, { side });
    expect(values.pixels).toMatchObject({ picture });
  });

  test('is not known for pictures that keep their proportions', () => {
    expect(inferred(resize, { images: {} }).values.pixels?.picture).toBeUndefined();
    const exact = inferred(resize, { images: {} }, { mode: 'exact', width: 9, height: 5 });
    expect(exact.values.pixels).toMatchObject({ picture: { width: 9, height: 5 } });
  });
});

const NO_STATISTICS =
  '*Normalize pixels* needs a mean and a standard deviation for each of red, green and blue. Connect the metrics of *Dataset statistics*.';

describe('preprocessing', () => {
  test('steps add up in the order of the wires, and no picture is read', async () => {
    const resized = await runPure(resize, { images }, { size: 64, resample: 'bilinear' });
    const cropped = await runPure(crop, { images: resized.pixels }, { width: 48, height: 32 });
    const { pixels } = await runPure(normalize, { images: cropped.pixels }, { preset: 'half' });
    expect(pixels).toEqual({
      ...images,
      kind: 'pixels',
      spec: {
        exif: true,
        steps: [
          { op: 'resize', mode: 'shortest', size: 64, resample: 2 },
          { op: 'crop', width: 48, height: 32 },
          { op: 'rescale', factor: 1 / 255 },
          { op: 'normalize', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
        ],
      },
    });
  });

  test('normalising takes connected statistics', async () => {
    const { pixels } = await runPure(normalize, { images, metrics }, { rescale: false });
    expect(pixels.spec.steps).toEqual([{ op: 'normalize', mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6] }]);
  });

  test.each([
    ['no mean', { std: [1, 1, 1] }, NO_STATISTICS],
    ['one channel', { mean: [0.5], std: [0.5] }, NO_STATISTICS],
    [
      'no spread',
      { mean: [0.5, 0.5, 0.5], std: [0.5, 0, 0.5] },
      '*Normalize pixels* cannot divide by a standard deviation of 0 or less. It got 0.5, 0, 0.5.',
    ],
  ])('normalising refuses statistics with %s', async (_, values, sentence) => {
    const given = { kind: 'metrics', values };
    await expect(runPure(normalize, { images, metrics: given })).rejects.toThrow(sentence);
  });

  test('a resize after normalising is refused, and the message says where to put it', async () => {
    const { pixels } = await runPure(normalize, { images });
    await expect(runPure(resize, { images: pixels })).rejects.toThrow(
      '*Resize* comes after the pixels were normalised. Put it before the node that normalises them, or connect pictures.',
    );
  });

  test("a model's own preprocessing does not change, except for turning pictures upright", async () => {
    const preprocess = { exif: true, steps: [{ op: 'crop', width: 8, height: 8 }] } as const;
    const towers = { image: { layers: ['embedding'], projection: false } };
    const encoder: EncoderRef = {
      kind: 'encoder',
      id: 'tiny',
      title: 'Tiny',
      family: 'vit',
      hash: 'h',
      towers,
      preprocess,
    };
    const upright = await runPure(fromModel, { images, encoder });
    const asPublished = await runPure(fromModel, { images, encoder }, { exif: false });
    expect(upright.pixels.spec).toEqual(preprocess);
    expect(asPublished.pixels.spec).toEqual({ ...preprocess, exif: false });
    const resized = await runPure(resize, {
      images: { ...upright.pixels, spec: { exif: false, steps: [] } },
    });
    expect(resized.pixels.spec.exif, 'later steps leave it as it is').toBe(false);
    const without = { ...encoder, preprocess: undefined };
    await expect(runPure(fromModel, { images, encoder: without })).rejects.toThrow(
      'Tiny does not say how to prepare pictures for it. Use *Resize*, *Crop* and *Normalize pixels* instead.',
    );
    await expect(runPure(fromModel, { images, encoder: { ...without, towers: {} } })).rejects.toThrow(
      'Tiny does not read pictures. Choose an encoder that does.',
    );
  });

  test("a model's preprocessing for larger pictures cuts out the same part and does not change levels", async () => {
    const of = async (steps: readonly object[], side: number) => {
      const encoder = { kind: 'encoder', title: 'Tiny', preprocess: { exif: true, steps } };
      return (await runPure(fromModel, { images, encoder }, { side })).pixels.spec.steps;
    };
    const normalize = { op: 'normalize', mean: [0, 0, 0], std: [1, 1, 1] };
    const shortest = { op: 'resize', mode: 'shortest', size: 256, resample: 3 };
    const crop = { op: 'crop', width: 224, height: 224 };
    expect(await of([shortest, crop, normalize], 448)).toEqual([
      { ...shortest, size: 512 },
      { ...crop, width: 448, height: 448 },
      normalize,
    ]);
    const exact = { op: 'resize', mode: 'exact', width: 64, height: 32, resample: 2 };
    expect(await of([exact], 96)).toEqual([{ ...exact, width: 192, height: 96 }]);
    expect(await of([shortest], 128)).toEqual([{ ...shortest, size: 128 }]);
    expect(await of([normalize], 128)).toEqual([normalize]);
  });
});
