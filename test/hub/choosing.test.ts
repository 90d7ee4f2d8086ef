import { describe, expect, test } from 'vitest';
import { chooseFiles, precisionsIn } from '../../server/hub/choose-files.ts';
import { checkSpace } from '../../server/hub/disk-space.ts';
import { isContained, parseRepo } from '../../server/hub/names.ts';
import { Rate, secondsLeft } from '../../server/hub/rate.ts';
import { fresh } from './kit.ts';

const chosen = (paths: readonly string[], precision?: Parameters<typeof chooseFiles>[2]) =>
  chooseFiles(
    'a/b',
    paths.map((path) => ({ path })),
    precision,
  ).files.map(({ path }) => path);

describe('the files to download', () => {
  test('the towers, and not the joint graph, which contains both again', () => {
    const paths = ['onnx/model.onnx', 'onnx/text_model.onnx', 'onnx/vision_model.onnx', 'pytorch_model.bin'];
    expect(chosen(paths)).toEqual(['onnx/text_model.onnx', 'onnx/vision_model.onnx']);
  });

  test('the joint graph if there are no towers, with all parts of its weights', () => {
    const paths = [
      'onnx/model.onnx',
      'onnx/model.onnx_data',
      'onnx/model.onnx_data_1',
      'onnx/model_fp16.onnx',
    ];
    expect(chosen(paths)).toEqual(paths.slice(0, 3));
    expect(chosen(paths, 'fp16')).toEqual(['onnx/model_fp16.onnx']);
  });

  test("an autoencoder's two halves of a repository that holds much more", () => {
    const paths = [
      'unet/model.onnx',
      'vae_decoder/model.onnx',
      'vae_encoder/config.json',
      'vae_encoder/model.onnx',
    ];
    expect(chosen(paths)).toEqual(paths.slice(1));
  });

  test('only complete precisions; int8 and uint8 count as q8', () => {
    const paths = [
      'onnx/vision_model_int8.onnx',
      'onnx/text_model_uint8.onnx',
      'onnx/vision_model_fp16.onnx',
    ];
    expect(chosen(paths)).toEqual(['onnx/vision_model_int8.onnx', 'onnx/text_model_uint8.onnx']);
    expect(() => chosen(paths, 'fp16')).toThrow(/ has no fp16 files\. Choose q8\.$/);
    expect(() => chosen(['onnx/vision_model_fp16.onnx', 'onnx/text_model_q4.onnx'])).toThrow(
      / has no precision with all of its ONNX files\. Export the model with models\/recipes\/export\.py\.$/,
    );
    expect(precisionsIn(paths)).toEqual(['fp16', 'q8']);
  });
});

describe('names', () => {
  test.each(['config.json', 'onnx/vision_model.onnx', 'vae_encoder/model.onnx'])(
    '%s stays in its folder',
    (path) => expect(isContained(path)).toBe(true),
  );
  test.each([
    '../a',
    'a/../b',
    '/a',
    'a//b',
    'C:\\a',
    'a\\b',
    'a:b',
    'con',
    'onnx/nul.onnx',
    '.git/config',
    'a/',
    'a\0',
  ])('%j does not', (path) => expect(isContained(path)).toBe(false));
  test.each(['a', 'a/b/c', '../b', 'a/..', 'a--b/c', '-a/b', ' '])('%j is not a repository', (text) => {
    expect(() => parseRepo(text)).toThrow(
      `"${text}" is not a repository. Write OWNER/NAME as on its page, for example Xenova/clip-vit-base-patch32.`,
    );
  });
});

describe('before and during a download', () => {
  test('a disk without room is reported with both sizes', async () => {
    await expect(checkSpace(fresh(), 1e17, 'CLIP')).rejects.toMatchObject({
      code: 'hub.no-space',
      message: expect.stringMatching(
        /^CLIP needs 100,000,000,000 MB more, and the disk of .* has [\d,]+ MB free\. Free some space, or choose another data folder with PATCHBAY_DATA\.$/,
      ),
    });
    await checkSpace(fresh(), 0, 'nothing');
  });

  test('the speed covers the last seconds and ignores bytes that were thrown away', () => {
    const rate = new Rate(5000);
    for (let s = 0; s <= 10; s++) rate.add(s < 5 ? 0 : (s - 5) * 1000, s * 1000);
    expect(rate.perSecond(10_000)).toBe(1000);
    rate.add(0, 11_000);
    expect(rate.perSecond(11_000)).toBe(0);
    expect(secondsLeft(1000, 4500, 1000)).toBe(4);
    expect(secondsLeft(0, 10, 0)).toBeUndefined();
  });
});
