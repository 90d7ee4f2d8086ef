import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseDevice } from '../../../server/runtime/ort/devices.ts';
import { bundledProviders } from '../../../server/runtime/ort/ort.ts';
import { ortVersion } from '../../../server/runtime/ort/ort-package.ts';
import { probe } from '../../../server/runtime/ort/probe.ts';
import { provideVulkan } from './test-devices.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-devices-'));
afterAll(() => rmSync(folder, { recursive: true }));
const vulkan = provideVulkan();

describe('ONNX Runtime', () => {
  test('has the version that its package.json states, which is read without loading it', () => {
    expect(ortVersion).toBe(env.versions.node);
  });
});

describe('choosing a device', () => {
  test('the cpu works without trying anything', async () => {
    const { device, reports } = await chooseDevice('cpu');
    expect(device).toMatchObject({ name: 'cpu', provider: 'cpu' });
    const reason = { code: 'device.asked-for', message: 'You chose this device.' };
    expect(reports).toEqual([{ device: 'cpu', usable: true, reason }]);
  });

  test('auto gives a reason for every device', async () => {
    const { device, reports } = await chooseDevice('auto', { cacheFile: join(folder, 'auto.json') });
    expect(reports.map((report) => report.device)).toEqual(['cuda', 'webgpu', 'directml', 'coreml', 'cpu']);
    for (const { reason } of reports)
      expect(reason).toMatchObject({
        code: expect.stringMatching(/^device\./),
        message: expect.stringMatching(/\w+.*\.$/),
      });
    expect(reports.find((report) => report.device === device.name)?.usable).toBe(true);
  }, 120_000);

  test.skipIf(!vulkan || process.env.PATCHBAY_TEST_GPU === 'real')(
    'auto passes over a software driver, which can still be chosen by name',
    async () => {
      const cacheFile = join(folder, 'software.json');
      const { device, reports } = await chooseDevice('auto', { cacheFile });
      expect(device.name).toBe('cpu');
      expect(reports.find((report) => report.device === 'webgpu')).toMatchObject({
        usable: true,
        reason: expect.objectContaining({
          code: 'device.slow',
          message: expect.stringMatching(/^Works, but [\d.]+ times slower than the CPU\./),
        }),
      });
      expect((await chooseDevice('webgpu', { cacheFile })).device.name).toBe('webgpu');
    },
    120_000,
  );

  test('results are kept until the machine changes', async () => {
    const cacheFile = join(folder, 'remembered.json');
    await chooseDevice('auto', { cacheFile });
    const stored = JSON.parse(readFileSync(cacheFile, 'utf8')) as { machine: string; results: object };
    const invented = { works: true, deviceMs: 1, cpuMs: 50 };
    writeFileSync(cacheFile, JSON.stringify({ ...stored, results: { webgpu: invented } }));
    const { device, reports } = await chooseDevice('auto', { cacheFile });
    expect(device.name).toBe('webgpu');
    expect(reports[1]?.reason).toEqual({
      code: 'device.faster',
      args: { times: '50.0' },
      message: '50.0 times as fast as the CPU.',
    });
    const failed = { works: false, reason: { code: 'device.refused', message: 'invented' } };
    const elsewhere = { machine: 'another', results: { webgpu: failed } };
    writeFileSync(cacheFile, JSON.stringify(elsewhere));
    expect((await chooseDevice('auto', { cacheFile })).reports[1]?.reason.message).not.toBe('invented');
    writeFileSync(cacheFile, '{"machine":');
    await expect(chooseDevice('auto', { cacheFile })).resolves.toBeDefined();
  }, 240_000);

  test.each(['directml', 'coreml', 'cuda'] as const)(
    '%s, where it is missing, fails with a sentence that says what to do',
    async (name) => {
      const provider = name === 'directml' ? 'dml' : name;
      if (bundledProviders().includes(provider) && name !== 'cuda') return;
      const error = await chooseDevice(name).catch((caught: unknown) => caught);
      if (name === 'cuda' && !(error instanceof Error)) return;
      expect(error).toMatchObject({
        code: 'device.unavailable',
        args: expect.objectContaining({ device: name }),
        message: expect.stringMatching(
          new RegExp(`^The device ${name} does not work on this machine\\. .* Or choose --device auto\\.$`),
        ),
      });
      if (name === 'cuda')
        expect((error as Error).message).toContain(
          bundledProviders().includes('cuda')
            ? 'npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12'
            : 'NVIDIA',
        );
    },
    120_000,
  );
});

describe('trying a device', () => {
  test('gives times for one that works', async () => {
    expect(await probe('cpu')).toMatchObject({ works: true });
  }, 60_000);

  test('does not wait for ever', async () => {
    expect(await probe('cpu', { timeoutMs: 1 })).toMatchObject({
      works: false,
      reason: {
        code: 'device.silent',
        args: { seconds: 0 },
        message: 'It gave no answer within 0 seconds.',
      },
    });
  });

  test('gives the reason of ONNX Runtime for a device that does not work', async () => {
    expect(await probe('coreml-of-another-world' as 'coreml')).toMatchObject({
      works: false,
      reason: {
        code: 'device.refused',
        message: expect.stringMatching(/^ONNX Runtime reports: \w+.*\.$/),
      },
    });
  }, 60_000);
});
