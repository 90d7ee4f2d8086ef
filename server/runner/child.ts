import '../runtime/ort/no-telemetry.ts';
import { join } from 'node:path';
import { type ErrorDetails, PatchbayError } from '../../nodes/sdk/index.ts';
import { runnerMessage } from '../contract/messages/runner.ts';
import { check, devices, embed, hashes, models, pictures, thumbnail, verify } from './calls.ts';
import { startGuardian } from './guardian.ts';
import type { CallName, Calls, StartOptions, ToChild } from './messages.ts';
import { createOutbox } from './outbox.ts';
import { runJob } from './run-job.ts';
import { openWorld, type World } from './world.ts';

const BEAT_MS = 500;
/** How long the process waits for models to be released before it exits, in milliseconds. */
const DISPOSE_MS = 1000;

/** Turns anything that was thrown into a message for people. */
function detailsOf(error: unknown): ErrorDetails {
  if (error instanceof PatchbayError) return error.toJSON();
  console.error(error);
  const reason = error instanceof Error ? error.message : String(error);
  return runnerMessage('internal', { reason: reason.split('\n', 1)[0]! });
}

/**
 * The main object of a runner process. It keeps one world and answers tasks until the supervisor ends it or is gone.
 */
class Child {
  readonly #outbox = createOutbox((message, written) => {
    if (!process.connected) return;
    process.send!(message, undefined, undefined, written);
  });
  readonly #tasks = new Map<number, AbortController>();
  /** How running runs end a node early. */
  readonly #stops = new Map<number, (nodeId: string) => void>();
  #world: World | undefined;
  /** The last list of quarantined models, kept because it can arrive while the world is still opening. */
  #quarantined: readonly string[] | undefined;
  #answers:
    | { [K in CallName]: (ask: Calls[K]['ask'], id: number, signal: AbortSignal) => Promise<unknown> }
    | undefined;

  async hear(message: ToChild): Promise<void> {
    switch (message.type) {
      case 'start':
        return this.#start(message.options);
      case 'ask':
        return this.#answer(message);
      case 'cancel':
        this.#tasks.get(message.id)?.abort();
        return;
      case 'stopNode':
        this.#stops.get(message.id)?.(message.nodeId);
        return;
      case 'quarantined':
        this.#quarantined = message.hashes;
        this.#world?.watch.setAside(message.hashes);
        return;
      case 'leave':
        setTimeout(() => process.exit(0), DISPOSE_MS);
        await this.#world?.settled();
        await this.#world?.runtime.dispose().catch(() => undefined);
        process.exit(0);
    }
  }

  async #start(options: StartOptions): Promise<void> {
    try {
      const world = await openWorld(options);
      this.#world = world;
      if (this.#quarantined) world.watch.setAside(this.#quarantined);
      const answerDevices = devices(options.device, join(options.dataFolder, 'devices.json'));
      const context = (id: number, signal: AbortSignal) => ({
        world,
        signal,
        alive: () => this.#outbox.send({ type: 'alive', id }),
      });
      this.#answers = {
        run: (ask, id, signal) =>
          runJob(ask, world, signal, {
            emit: (event) => this.#outbox.event(id, event),
            onStop: (stop) => this.#stops.set(id, stop),
            onSaving: () => this.#outbox.send({ type: 'saving', id }),
          }),
        thumbnail: (ask, id, signal) => thumbnail(ask, context(id, signal)),
        hashes: (ask, id, signal) => hashes(ask, context(id, signal)),
        pictures: (ask, id, signal) => pictures(ask, context(id, signal)),
        embed: (ask, id, signal) => embed(ask, context(id, signal)),
        models: (ask, id, signal) => models(ask, context(id, signal)),
        devices: (ask, id, signal) => answerDevices(ask, context(id, signal)),
        verify: (ask, id, signal) => verify(ask, context(id, signal)),
        validate: (ask, id, signal) => check(ask, context(id, signal)),
      };
      setInterval(() => this.#beat(), BEAT_MS);
      this.#outbox.send({ type: 'ready' });
    } catch (error) {
      this.#outbox.send({ type: 'unusable', error: detailsOf(error) });
      await this.#outbox.drained();
      process.exit(1);
    }
  }

  #beat(): void {
    this.#outbox.send({
      type: 'beat',
      rssBytes: process.memoryUsage.rss(),
      strays: this.#world?.strays ?? 0,
    });
  }

  async #answer({ id, name, ask }: Extract<ToChild, { type: 'ask' }>): Promise<void> {
    const controller = new AbortController();
    this.#tasks.set(id, controller);
    this.#outbox.send({ type: 'taken', id });
    try {
      const answer = this.#answers![name] as (
        ask: unknown,
        id: number,
        signal: AbortSignal,
      ) => Promise<never>;
      this.#outbox.send({ type: 'done', id, answer: await answer(ask, id, controller.signal) });
    } catch (error) {
      this.#outbox.send({ type: 'failed', id, error: detailsOf(error) });
    } finally {
      this.#tasks.delete(id);
      this.#stops.delete(id);
    }
  }
}

const child = new Child();
startGuardian(process.ppid);
process.on('message', (message: ToChild) => void child.hear(message));
process.on('disconnect', () => process.exit(0));
// Ctrl+C reaches all processes of the terminal. The supervisor decides when this process exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// A rejected promise that a node forgot must not end the work of other tasks.
process.on('unhandledRejection', (reason) => console.error(reason));
