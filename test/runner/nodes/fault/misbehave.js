// Does to its process what a bad model, a bad picture or a bad library can do.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineNode, param, port } from '../../../../dist/nodes/sdk/index.js';

const table = (rows) => ({
  kind: 'table',
  columns: [{ key: 'value', title: 'Value', type: 'text' }],
  rows: rows.map((row) => [row]),
});

const held = [];

const ways = {
  nothing: () => ['nothing'],
  /** As ONNX Runtime does on an internal check that fails. */
  abort: () => process.abort(),
  kill: ({ text }) => {
    process.kill(process.pid, text);
    return sleep(60_000);
  },
  /** The first time only: `text` is a file that says that it has happened. */
  killOnce: ({ text }) => {
    if (existsSync(text)) return ['second time'];
    writeFileSync(text, '');
    process.kill(process.pid, 'SIGKILL');
    return sleep(60_000);
  },
  throw: () => {
    throw new Error('thrown on purpose');
  },
  exit: () => process.exit(3),
  throwLater: () => {
    setTimeout(() => {
      throw new Error('thrown where nobody catches');
    }, 10);
    return sleep(60_000);
  },
  /** As a model that never ends: the loop is held for ever. */
  hold: ({ number }) => {
    const until = Date.now() + (number || Number.POSITIVE_INFINITY);
    while (Date.now() < until);
    return ['held'];
  },
  /** The loop is free, but nothing comes of it. */
  wait: async ({ number, ctx }) => {
    await sleep(number || 3_600_000, undefined, { signal: ctx.signal });
    return ['waited'];
  },
  /** Does not hear that it was cancelled. */
  deaf: async () => {
    for (;;) await sleep(5);
  },
  grow: async ({ number }) => {
    for (;;) {
      held.push(Buffer.alloc(16 * 1024 * 1024, 1));
      await sleep(number);
    }
  },
  /** Takes memory and keeps it, as an arena does. */
  keep: ({ number }) => {
    held.push(Buffer.alloc(number * 1024 * 1024, 1));
    return ['kept'];
  },
  progress: async ({ number, ctx }) => {
    for (let done = 1; done <= number; done++) {
      ctx.progress(done, number);
      ctx.preview({ kind: 'view', view: 'table', table: table([`look ${done}`]), total: 1 });
      await sleep(20, undefined, { signal: ctx.signal });
    }
    return ['done'];
  },
  large: ({ number }) => Array.from({ length: number }, (_, index) => `row ${index} ${'x'.repeat(40)}`),
  surroundings: () => [
    JSON.stringify({ cwd: process.cwd(), files: readdirSync('.'), env: process.env, pid: process.pid }),
  ],
  /** Says more than a pipe holds. */
  talk: ({ number }) => {
    console.error('x'.repeat(number));
    return ['said'];
  },
  orphan: () => {
    spawnSync('sleep', ['60']);
    return ['slept'];
  },
};

export default defineNode({
  title: 'Misbehave',
  description: 'Does what no node should.',
  inputs: { after: port.any({ required: false, help: 'What must be there first.' }) },
  params: {
    how: param.text({ default: 'nothing', help: 'Which way.' }),
    number: param.number({ default: 0, help: 'How much.' }),
    text: param.text({ default: '', help: 'What.' }),
  },
  outputs: { table: port.table({ help: 'What is left.' }) },
  cache: 'never',
  run: async ({ params, ctx }) => ({
    table: table((await ways[params.how]({ ...params, ctx })) ?? []),
  }),
});
