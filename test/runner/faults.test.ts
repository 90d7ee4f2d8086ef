import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bench, childrenOf, isAlive, misbehave, pictures, type Run, until } from './kit.ts';

/** Checks that nothing beyond one run was harmed. */
async function nextRunWorks({ run }: ReturnType<typeof bench>): Promise<void> {
  expect((await run(misbehave('nothing')).done).status).toBe('completed');
}

/** Checks that a run that lost its process still ended properly. */
function endedInOrder({ events }: Run, status: string): void {
  expect(events[0]).toMatchObject({ type: 'runStarted' });
  expect(events.at(-1)).toMatchObject({ type: 'runFinished', status });
}

describe('a process that ends under a run', () => {
  test.each([
    { how: 'abort', text: '', code: 'runner.crashed', says: 'SIGABRT' },
    { how: 'kill', text: 'SIGSEGV', code: 'runner.crashed', says: 'SIGSEGV' },
    { how: 'kill', text: 'SIGKILL', code: 'runner.killed', says: 'from outside' },
    { how: 'exit', text: '', code: 'runner.crashed', says: 'exit code 3' },
    { how: 'throwLater', text: '', code: 'runner.crashed', says: 'exit code' },
  ])('fails only that run, in a sentence: $how $text', async ({ how, text, code, says }) => {
    const world = bench();
    const run = world.run(misbehave(how, { text }));
    const outcome = await run.done;
    expect(outcome.status).toBe('failed');
    expect(outcome.problems).toMatchObject([{ code, nodeId: 'fault' }]);
    expect(outcome.problems[0]?.message).toContain(says);
    expect(outcome.problems[0]?.message).not.toMatch(/\n|\bat \S+:\d+/);
    expect(outcome.nodes.fault).toMatchObject({ status: 'failed', error: { code } });
    endedInOrder(run, 'failed');
    expect(run.events.at(-2)).toMatchObject({ type: 'nodeFailed', nodeId: 'fault', error: { code } });
    await nextRunWorks(world);
    expect(world.supervisor.status()).toMatchObject({ restarts: 1, quarantined: [] });
  });

  test('keeps what was finished before, and says what was not reached', async () => {
    const world = bench();
    const { done } = world.run({
      ...misbehave('nothing'),
      nodes: ['first', 'second', 'third'].map((id) => ({
        id,
        type: 'fault/misbehave',
        params: { how: id === 'second' ? 'abort' : 'nothing' },
      })),
      edges: [
        { from: { node: 'first', port: 'table' }, to: { node: 'second', port: 'after' } },
        { from: { node: 'second', port: 'table' }, to: { node: 'third', port: 'after' } },
      ],
    });
    const { nodes } = await done;
    expect(Object.fromEntries(Object.entries(nodes).map(([id, { status }]) => [id, status]))).toEqual({
      first: 'done',
      second: 'failed',
      third: 'cancelled',
    });
  });

  test('takes the runs that shared it along, and each is told', async () => {
    const world = bench();
    const other = world.run(misbehave('wait'));
    await other.saw('nodeStarted');
    await world.run(misbehave('abort')).done;
    expect((await other.done).problems).toMatchObject([{ code: 'runner.crashed' }]);
    endedInOrder(other, 'failed');
    await nextRunWorks(world);
  });

  test('does not matter to a run that waited for one', async () => {
    const world = bench();
    const run = world.run(misbehave('nothing'));
    process.kill(world.supervisor.status().pid!, 'SIGKILL');
    expect((await run.done).status).toBe('completed');
  });
});

describe('a run that hangs', () => {
  test('is stopped when its process is held without a sign of life', async () => {
    const world = bench({ limits: { idleMs: 700, cancelGraceMs: 200 } });
    const run = world.run(misbehave('hold'));
    const { pid } = world.supervisor.status();
    const outcome = await run.done;
    expect(outcome.problems).toMatchObject([{ code: 'runner.stalled', nodeId: 'fault' }]);
    expect(outcome.problems[0]?.message).toContain('made no progress for 0.7 seconds');
    endedInOrder(run, 'failed');
    await until(() => !isAlive(pid!));
    await nextRunWorks(world);
  });

  test('is stopped when nothing comes of it, and its process lives on', async () => {
    const world = bench({ limits: { idleMs: 700 } });
    const run = world.run(misbehave('wait'));
    await run.saw('nodeStarted');
    const { pid } = world.supervisor.status();
    expect((await run.done).problems).toMatchObject([{ code: 'runner.stalled' }]);
    endedInOrder(run, 'failed');
    await nextRunWorks(world);
    expect(world.supervisor.status()).toMatchObject({ pid, restarts: 0 });
  });

  test('goes on for as long as it makes progress', async () => {
    const world = bench({ limits: { idleMs: 700 } });
    const outcome = await world.run(misbehave('progress', { number: 60 })).done;
    expect(outcome.status).toBe('completed');
    expect(outcome.nodes.fault?.ms).toBeGreaterThan(1000);
  });

  test('is stopped at the end of its time, progress or not', async () => {
    const world = bench({ limits: { runMs: 600 } });
    const run = world.run(misbehave('progress', { number: 10_000 }));
    const { problems } = await run.done;
    expect(problems).toMatchObject([{ code: 'runner.deadline' }]);
    expect(problems[0]?.message).toContain('0.6 seconds');
    endedInOrder(run, 'failed');
  });
});

describe('memory', () => {
  test('a run that takes more than its share is stopped, with both figures', async () => {
    const world = bench({ limits: { rssBytes: 500e6 } });
    const run = world.run(misbehave('grow', { number: 5 }));
    const { problems } = await run.done;
    expect(problems).toMatchObject([{ code: 'runner.memory', nodeId: 'fault' }]);
    expect(problems[0]?.message).toMatch(/took \d+ MB of memory; 500 MB is the limit/);
    endedInOrder(run, 'failed');
    await nextRunWorks(world);
  });
});

describe('cancel', () => {
  test('a run that listens ends by itself and leaves its process warm', async () => {
    const world = bench();
    const run = world.run(misbehave('wait'));
    await run.saw('nodeStarted');
    const { pid } = world.supervisor.status();
    run.cancel();
    const outcome = await run.done;
    expect(outcome).toMatchObject({
      status: 'cancelled',
      problems: [],
      nodes: { fault: { status: 'cancelled' } },
    });
    endedInOrder(run, 'cancelled');
    await nextRunWorks(world);
    expect(world.supervisor.status()).toMatchObject({ pid, restarts: 0 });
  });

  test('a run that holds its process ends with it', async () => {
    const world = bench({ limits: { cancelGraceMs: 100 } });
    const run = world.run(misbehave('hold'));
    await run.saw('nodeStarted');
    const { pid } = world.supervisor.status();
    run.cancel();
    expect(await run.done).toMatchObject({ status: 'cancelled', problems: [] });
    endedInOrder(run, 'cancelled');
    await until(() => !isAlive(pid!));
    await nextRunWorks(world);
  });

  test('a run that has not begun never does', async () => {
    const world = bench();
    const run = world.run(misbehave('abort'));
    run.cancel();
    expect((await run.done).status).toBe('cancelled');
    expect(run.events.map(({ type }) => type)).toEqual(['runFinished']);
    await nextRunWorks(world);
    expect(world.supervisor.status().restarts).toBe(0);
  });

  test('a node that does not listen is ended with its process, before the next run suffers', async () => {
    const world = bench();
    const run = world.run(misbehave('deaf'));
    await run.saw('nodeStarted');
    const { pid } = world.supervisor.status();
    run.cancel();
    expect((await run.done).status).toBe('cancelled');
    await until(() => !isAlive(pid!));
    await nextRunWorks(world);
  });

  test('of one run is nothing to another in the same process', async () => {
    const world = bench({ limits: { cancelGraceMs: 100 } });
    const other = world.run(misbehave('wait', { number: 1500 }));
    await other.saw('nodeStarted');
    const run = world.run(misbehave('hold', { number: 1000 }));
    await run.saw('nodeStarted');
    run.cancel();
    expect((await run.done).status).toBe('cancelled');
    expect((await other.done).status).toBe('completed');
  });

  test('of all runs of a process that is held ends it, and the next run works', async () => {
    const world = bench({ limits: { cancelGraceMs: 100 } });
    const other = world.run(misbehave('wait'));
    await other.saw('nodeStarted');
    const run = world.run(misbehave('hold'));
    await run.saw('nodeStarted');
    const { pid } = world.supervisor.status();
    other.cancel();
    run.cancel();
    expect((await other.done).status).toBe('cancelled');
    expect((await run.done).status).toBe('cancelled');
    await nextRunWorks(world);
    await until(() => !isAlive(pid!));
  });

  test('twice, or after the end, changes nothing', async () => {
    const world = bench();
    const run = world.run(misbehave('nothing'));
    const outcome = await run.done;
    run.cancel();
    run.cancel();
    expect(await run.done).toBe(outcome);
    await nextRunWorks(world);
  });
});

describe('what is quick', () => {
  test('is answered while a run holds its process', async () => {
    const world = bench();
    const order: string[] = [];
    const run = world.run(misbehave('hold', { number: 4000 }));
    const held = run.done.then(() => order.push('run'));
    await run.saw('nodeStarted');
    await Promise.all([
      world.supervisor.thumbnail(join(pictures, 'photo0.jpg'), 64),
      world.supervisor.validate(misbehave('nothing')),
      world.supervisor.models(),
    ]);
    order.push('quick');
    await held;
    expect(order).toEqual(['quick', 'run']);
  });

  test('is asked again when its process was lost', async () => {
    const world = bench();
    await world.supervisor.models();
    const spare = childrenOf(process.pid).find((pid) => pid !== world.supervisor.status().pid);
    const asked = Array.from({ length: 12 }, () =>
      world.supervisor.thumbnail(join(pictures, 'tall.png'), 32),
    );
    process.kill(spare!, 'SIGKILL');
    for (const { type } of await Promise.all(asked)) expect(type).toBe('image/png');
    expect(world.supervisor.status().restarts).toBe(1);
  });

  test('says what is wrong with a picture', async () => {
    const { supervisor } = bench();
    await expect(supervisor.thumbnail(join(pictures, 'missing.png'), 32)).rejects.toMatchObject({
      code: 'image.not-found',
    });
    await expect(supervisor.thumbnail(import.meta.filename, 32)).rejects.toMatchObject({
      code: 'image.unknown-format',
    });
    await expect(supervisor.thumbnail('asset:nonsense', 32)).rejects.toMatchObject({ code: 'asset.invalid' });
  });
});

describe('processes that do not start', () => {
  test('make runs fail in a sentence instead of waiting for ever', async () => {
    const world = bench({ entry: join(import.meta.dirname, 'broken-child.mjs') });
    const { problems } = await world.run(misbehave('nothing')).done;
    expect(problems).toMatchObject([{ code: 'runner.unavailable' }]);
    expect(problems[0]?.message).toMatch(/does not start: .*\(exit code 9\)/);
    await expect(world.supervisor.models()).rejects.toMatchObject({ code: 'runner.unavailable' });
  });

  test('are started again when there is room for them', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-runner-'));
    const inTheWay = join(dataFolder, 'runner');
    writeFileSync(inTheWay, '');
    const world = bench({ dataFolder });
    const { problems } = await world.run(misbehave('nothing')).done;
    expect(problems).toMatchObject([{ code: 'runner.unavailable' }]);
    rmSync(inTheWay);
    await nextRunWorks(world);
  });

  test('say why when they know', async () => {
    const world = bench({ device: 'directml' });
    const { problems } = await world.run(misbehave('nothing')).done;
    expect(problems).toMatchObject([{ code: 'device.unavailable' }]);
  });
});
