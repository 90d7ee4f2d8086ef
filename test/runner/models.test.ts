import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SupervisorOptions } from '../../server/runner/supervisor.ts';
import { writeBadModels } from './bad-models.ts';
import { bench, encode, fixtureModels, until } from './kit.ts';

const badModels = writeBadModels(mkdtempSync(join(tmpdir(), 'patchbay-bad-models-')));
const open = (options: Partial<SupervisorOptions> = {}) =>
  bench({ modelFolders: [fixtureModels, badModels], ...options });

/** Only x86 processors trap on -2^63 / -1. */
const traps = process.arch === 'x64';
if (!traps)
  console.warn('skipped: models that take their process down by a division, which this processor survives');

describe('a model that takes its process down', () => {
  test.skipIf(!traps).each(['crashing', 'crashingAtLoad'])(
    'is named, and set aside after twice: %s',
    async (model) => {
      const world = open();
      const first = (await world.run(encode(model)).done).problems[0];
      expect(first).toMatchObject({ code: 'runner.crashed', nodeId: 'encode' });
      expect(first?.message).toContain(
        `SIGFPE) while it was using the model ${model}. Only this run is lost`,
      );
      expect(world.supervisor.status().quarantined).toEqual([]);

      const second = (await world.run(encode(model)).done).problems[0];
      expect(second?.message).toContain('This was the second time, so Patchbay no longer uses this model.');
      const [hash, ...others] = world.supervisor.status().quarantined;
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(others).toEqual([]);

      const third = await world.run(encode(model)).done;
      expect(third.problems).toMatchObject([{ code: 'model.quarantined', got: hash }]);
      await expect(
        world.supervisor.embed({ model, images: [join(fixtureModels, 'images/odd.png')] }),
      ).rejects.toMatchObject({ code: 'model.quarantined' });
      expect((await world.run(encode('vit')).done).status).toBe('completed');
      expect(world.supervisor.status().restarts).toBe(2);
    },
  );

  test.skipIf(!traps)('is remembered by the next server, until it is pardoned', async () => {
    const before = open();
    await before.run(encode('crashing')).done;
    await before.run(encode('crashing')).done;
    await before.supervisor.close();

    const world = open({ dataFolder: before.dataFolder });
    expect((await world.run(encode('crashing')).done).problems[0]?.code).toBe('model.quarantined');
    expect(world.supervisor.blocked()).toEqual(['crashing']);
    expect(world.supervisor.pardon('crashing')).toBe(true);
    expect(world.supervisor.pardon('crashing')).toBe(false);
    expect(world.supervisor.status().quarantined).toEqual([]);
    expect((await world.run(encode('crashing')).done).problems[0]?.code).toBe('runner.crashed');
  });

  test.skipIf(!traps)('is not confused with one that ran before it in the same process', async () => {
    const world = open();
    for (let turn = 0; turn < 2; turn++) {
      expect((await world.run(encode('vit'), { useCache: false }).done).status).toBe('completed');
      await world.run(encode('crashing')).done;
    }
    expect(world.supervisor.status().quarantined).toHaveLength(1);
    expect((await world.run(encode('vit'), { useCache: false }).done).status).toBe('completed');
  });

  test('is set aside on that device only', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-quarantine-'));
    const entry = { hash: 'a'.repeat(64), device: 'webgpu', id: 'x', crashes: 2, reason: 'r', at: 'now' };
    writeFileSync(join(dataFolder, 'quarantine.json'), JSON.stringify([entry]));
    expect(open({ dataFolder, device: 'cpu' }).supervisor.status().quarantined).toEqual([]);
    expect(open({ dataFolder, device: 'webgpu' }).supervisor.status().quarantined).toEqual([entry.hash]);
  });

  test('is forgotten when the list cannot be read, and the server starts all the same', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-quarantine-'));
    writeFileSync(join(dataFolder, 'quarantine.json'), '{"broken');
    const world = open({ dataFolder });
    expect(world.supervisor.status().quarantined).toEqual([]);
    expect((await world.run(encode('vit')).done).status).toBe('completed');
  });
});

describe('a model that never ends', () => {
  test('is stopped, and set aside after twice', async () => {
    const world = open({ limits: { idleMs: 1200, cancelGraceMs: 200 } });
    for (let turn = 0; turn < 2; turn++) {
      const { problems } = await world.run(encode('endless')).done;
      expect(problems).toMatchObject([{ code: 'runner.stalled', nodeId: 'encode' }]);
      expect(problems[0]?.message).toContain('while it was using the model endless');
    }
    expect((await world.run(encode('endless')).done).problems[0]?.code).toBe('model.quarantined');
  });

  test('can be cancelled', async () => {
    const world = open();
    const run = world.run(encode('endless'));
    await until(() => run.events.some((event) => event.type === 'nodeStarted' && event.nodeId === 'encode'));
    run.cancel();
    expect((await run.done).status).toBe('cancelled');
    expect(world.supervisor.status().quarantined).toEqual([]);
  });

  test('is not blamed for what was done to its process from outside', async () => {
    const world = open();
    for (let turn = 0; turn < 2; turn++) {
      const run = world.run(encode('endless'));
      await until(() =>
        run.events.some((event) => event.type === 'nodeStarted' && event.nodeId === 'encode'),
      );
      process.kill(world.supervisor.status().pid!, 'SIGKILL');
      expect((await run.done).problems).toMatchObject([{ code: 'runner.killed' }]);
    }
    expect(world.supervisor.status().quarantined).toEqual([]);
  });
});

test('a model that asks for more memory than there may be is stopped, and may be tried again', async () => {
  const world = open({ limits: { rssBytes: 700e6 } });
  const { problems } = await world.run(encode('greedy')).done;
  expect(problems).toMatchObject([{ code: 'runner.memory', nodeId: 'encode' }]);
  expect(problems[0]?.message).toContain('while it was using the model greedy');
  expect(world.supervisor.status().quarantined).toEqual([]);
  expect((await world.run(encode('vit')).done).status).toBe('completed');
});

test('a model that is no model fails its node, and no process', async () => {
  const folder = writeBadModels(mkdtempSync(join(tmpdir(), 'patchbay-bad-models-')));
  const file = join(folder, 'crashing', 'onnx', 'model.onnx');
  writeFileSync(file, readFileSync(file).subarray(0, 150));
  const world = open({ modelFolders: [folder] });
  const outcome = await world.run(encode('crashing')).done;
  expect(outcome.status).toBe('failed');
  expect(outcome.problems[0]?.code).toMatch(/^model\./);
  expect(world.supervisor.status().restarts).toBe(0);
});
