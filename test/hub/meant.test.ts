import { expect, test } from 'vitest';
import { catalog } from '../../server/hub/catalog.ts';
import { meantHint, meantModels } from '../../server/hub/meant.ts';
import { noisyRepo, startHub } from './hub.ts';
import { fetcher } from './kit.ts';

const B32 = 'Xenova/clip-vit-base-patch32';

test.each([
  ['clip-vit-b-32', B32],
  ['CLIP ViT-B/32', B32],
  ['clip-vit-base-patch-32', B32],
  ['xenova/clip-vit-base-patch32', B32],
  ['openai/clip-vit-base-patch32', B32],
  ['clip-vit-l-14', 'Xenova/clip-vit-large-patch14'],
  ['cilp', B32],
  ['dinov2-samll', 'onnx-community/dinov2-small'],
  ['siglip2', 'onnx-community/siglip2-base-patch16-224-ONNX'],
  ['resnet50', 'Xenova/resnet-50'],
  ['something-else-entirely', undefined],
])('%s probably means %s', (typed, meant) => {
  expect(meantModels(typed, catalog)[0]).toBe(meant);
});

test('the hint for a model that nobody publishes says how to make it', () => {
  expect(meantHint('blip-2', catalog)).toMatchObject({
    code: 'hub.hint-recipe',
    message: expect.stringMatching(/^ Nobody publishes blip2 as ONNX\. .*export\.py Salesforce\/blip2/),
  });
});

test('an error about an unknown repository names the model that was probably meant', async () => {
  const hub = await startHub(new Map([['someone/tiny-clip', noisyRepo(1000)]]));
  const { fetch } = fetcher(hub, { catalog });
  for (const typed of ['clip-vit-b-32', 'Xenova/clip-vit-base-patch23'])
    await expect(fetch(typed)).rejects.toMatchObject({
      args: { hint: { code: 'hub.hint-meant', args: { names: [B32] } } },
      message: expect.stringMatching(/\. Did you mean Xenova\/clip-vit-base-patch32\?$/),
    });
  // A name of the catalogue gets no hint.
  await expect(fetch(B32)).rejects.not.toThrow(/Did you mean/);
});
