// The faults of test/runner in large numbers: kills, native aborts, models that hang, cancels.
//   npm run build && node test/bench/runner/faults.mjs [rounds]
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSupervisor } from '../../../dist/server/runner/supervisor.js';

const rounds = Number(process.argv[2] ?? 50);
const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-bench-'));
const nodes = join(import.meta.dirname, '../../runner/nodes');
const supervisor = createSupervisor({
  dataFolder,
  modelFolders: [],
  nodeFolders: [nodes],
  device: 'cpu',
  limits: { idleMs: 500 },
});

const start = (how, params = {}) => {
  const workflow = {
    format: 'patchbay',
    version: 1,
    nodes: [{ id: 'fault', type: 'fault/misbehave', params: { how, ...params } }],
    edges: [],
  };
  let began;
  const started = new Promise((resolve) => {
    began = resolve;
  });
  const request = { runId: how, workflow, useCache: true, workflowFolder: dataFolder, outFolder: dataFolder };
  const handle = supervisor.run(request, (event) => {
    if (event.type === 'nodeStarted') began();
  });
  return { ...handle, started };
};

const quantiles = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]);
  return `median ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
};

/** Causes one fault `rounds` times. After each, a normal run must work. */
async function fault(name, once) {
  const told = [];
  const next = [];
  let wrong = 0;
  for (let round = 0; round < rounds; round++) {
    const { ms, ok } = await once();
    told.push(ms);
    const from = performance.now();
    const outcome = await start('nothing').done;
    next.push(performance.now() - from);
    if (!ok || outcome.status !== 'completed') wrong += 1;
  }
  console.log(
    `${name}, ${rounds} times: ${wrong} wrong; told after ${quantiles(told)}; next run done after ${quantiles(next)}`,
  );
}

async function ends(run, from, code, status = 'failed') {
  const outcome = await run.done;
  const ok = outcome.status === status && outcome.problems[0]?.code === code;
  if (!ok) console.error(JSON.stringify(outcome));
  return { ms: performance.now() - from, ok };
}

await start('nothing').done;
await fault('killed from outside', async () => {
  const run = start('hold');
  await run.started;
  const from = performance.now();
  process.kill(supervisor.status().pid, 'SIGKILL');
  return ends(run, from, 'runner.killed');
});
await fault('native abort', async () => {
  const run = start('abort');
  await run.started;
  return ends(run, performance.now(), 'runner.crashed');
});
await fault('hung (limit 500 ms)', async () => {
  const run = start('hold');
  await run.started;
  return ends(run, performance.now(), 'runner.stalled');
});
for (const how of ['wait', 'hold', 'deaf'])
  await fault(
    `cancel of one that ${how === 'wait' ? 'listens' : how === 'hold' ? 'holds its process' : 'does not listen'}`,
    async () => {
      const run = start(how);
      await run.started;
      const from = performance.now();
      run.cancel();
      return ends(run, from, undefined, 'cancelled');
    },
  );
console.log(`restarts: ${supervisor.status().restarts}`);
const own = process.pid;
await supervisor.close();
if (process.platform === 'linux') {
  const children = readFileSync(`/proc/${own}/task/${own}/children`, 'utf8').trim();
  console.log(`processes left: ${children === '' ? 'none' : children}`);
}
