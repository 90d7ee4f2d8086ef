import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceOf } from '../../../server/runtime/ort/device.ts';
import { provideVulkan } from '../ort/test-devices.ts';
import { imagesOf, never, openWorld, textsOf } from './encoding-world.ts';
import { largestDifference } from './oracle-cases.ts';

const ORACLES = fileURLToPath(new URL('../../fixtures/oracles/', import.meta.url));
const paths = ['photo0.jpg', 'odd.png', 'tall.png'].map((name) => `${ORACLES}images/${name}`);
const vulkan = provideVulkan();
if (!vulkan)
  console.warn('SKIPPED: encoders on webgpu, for no Vulkan driver was found (Debian: apt install chromium)');

// A software driver compiles shaders slowly.
describe.skipIf(!vulkan)('on webgpu', { timeout: 180_000 }, () => {
  type World = Awaited<ReturnType<typeof openWorld>>;
  let cpu: World;
  let gpu: World;
  beforeAll(async () => {
    [cpu, gpu] = await Promise.all([
      openWorld([ORACLES]),
      openWorld([ORACLES], undefined, deviceOf('webgpu')),
    ]);
  });
  afterAll(() => Promise.all([cpu.close(), gpu.close()]));

  const image = async (world: World, id: string, layer: string) => {
    const encoder = await world.encoders.open(id);
    const { tensor } = await world.encoders.encodeImages(encoder, imagesOf(paths), {
      signal: never,
      layer,
      batchSize: 2,
    });
    return (await tensor.toHost()).data;
  };

  it.each([
    ['clip', 'embedding'],
    ['clip', 'pre-projection'],
    ['clip-half-io', 'embedding'],
    ['dinov2', 'embedding'],
    ['resnet', 'embedding'],
    ['blip2', 'embedding'],
    ['builtin/color-layout', 'embedding'],
    ['builtin/gradient-orientations', 'embedding'],
    ['builtin/perceptual-hash', 'embedding'],
  ])('%s gives the %s it gives on the cpu', async (id, layer) => {
    // float16 keeps 11 bits, and the order of sums differs between devices.
    const tolerance = id === 'clip-half-io' ? 2e-2 : 1e-4;
    expect(largestDifference(await image(gpu, id, layer), await image(cpu, id, layer))).toBeLessThan(
      tolerance,
    );
  });

  it('tokens and texts agree too', async () => {
    for (const id of ['clip', 'vit', 'resnet']) {
      const tokens = async (world: World) => {
        const encoder = await world.encoders.open(id);
        return (
          await (
            await world.encoders.tokens(encoder, imagesOf(paths), { signal: never, batchSize: 2 })
          ).tensor.toHost()
        ).data;
      };
      expect(largestDifference(await tokens(gpu), await tokens(cpu)), id).toBeLessThan(1e-4);
    }
    const text = async (world: World) => {
      const encoder = await world.encoders.open('clip');
      const options = { signal: never, batchSize: 2 };
      return (
        await (
          await world.encoders.encodeTexts(encoder, textsOf(['a cat', 'two', 'x']), options)
        ).tensor.toHost()
      ).data;
    };
    expect(largestDifference(await text(gpu), await text(cpu))).toBeLessThan(1e-4);
  });
});
