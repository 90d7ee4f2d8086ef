import { expect, test } from 'vitest';
import type { FromChild, RunnerEvent } from '../../server/runner/messages.ts';
import { createOutbox } from '../../server/runner/outbox.ts';

/** A channel that writes only on request. */
function slowChannel() {
  const posted: FromChild[] = [];
  const waiting: (() => void)[] = [];
  const outbox = createOutbox((message, written) => {
    posted.push(message);
    waiting.push(written);
  });
  const write = () => {
    while (waiting.length > 0) waiting.shift()!();
  };
  const events = () => posted.flatMap((message) => (message.type === 'events' ? message.events : []));
  return { outbox, posted, events, write };
}

const progress = (done: number, total?: number): RunnerEvent => ({
  type: 'nodeProgressed',
  nodeId: 'a',
  done,
  ...(total !== undefined && { total }),
});

test('what a slow channel does not take is held back, not handed to it', () => {
  const { outbox, posted, write } = slowChannel();
  for (let id = 0; id < 1000; id++) outbox.send({ type: 'taken', id });
  expect(posted.length).toBeLessThan(50);
  write();
  expect(posted.map((message) => (message as { id: number }).id)).toEqual(
    Array.from({ length: 1000 }, (_, id) => id),
  );
});

test('while it waits, newer progress replaces older, and nothing else is left out', () => {
  const { outbox, events, write } = slowChannel();
  for (let id = 0; id < 100; id++) outbox.send({ type: 'taken', id });
  outbox.event(7, {
    type: 'nodeStarted',
    nodeId: 'a',
    cache: { hit: false, reason: 'new', code: 'cache.new', message: '' },
  });
  outbox.event(7, progress(1, 500));
  for (let done = 2; done <= 400; done++) outbox.event(7, progress(done));
  outbox.event(7, { type: 'nodeFinished', nodeId: 'a', ms: 1 });
  write();
  expect(events()).toEqual([
    {
      type: 'nodeStarted',
      nodeId: 'a',
      cache: { hit: false, reason: 'new', code: 'cache.new', message: '' },
    },
    // The total was new, so it must not be lost.
    { type: 'nodeProgressed', nodeId: 'a', done: 400, total: 500 },
    { type: 'nodeFinished', nodeId: 'a', ms: 1 },
  ]);
});

test('progress of other nodes and other runs is not touched', () => {
  const { outbox, events, write } = slowChannel();
  for (let id = 0; id < 100; id++) outbox.send({ type: 'taken', id });
  outbox.event(1, progress(1));
  outbox.event(2, progress(2));
  outbox.event(1, { ...progress(3), nodeId: 'b' } as RunnerEvent);
  outbox.event(1, progress(4));
  write();
  expect(events()).toMatchObject([
    { nodeId: 'a', done: 4 },
    { nodeId: 'a', done: 2 },
    { nodeId: 'b', done: 3 },
  ]);
});

test('it is drained when everything is written', async () => {
  const { outbox, write } = slowChannel();
  await outbox.drained();
  let drained = false;
  outbox.send({ type: 'ready' });
  const done = outbox.drained().then(() => {
    drained = true;
  });
  await Promise.resolve();
  expect(drained).toBe(false);
  write();
  await done;
});
