// Kills the server at random times, and its runner during runs. No accepted run may be lost or reported twice.
//   node test/bench/server/kills.mjs [server kills] [runner kills]
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fault, percentile, root, scratch, serve, sleep } from './serve.mjs';

const [serverKills = 200, runnerKills = 50] = process.argv.slice(2).map(Number);
const data = scratch('kills');

function isWhole() {
  const journal = pathToFileURL(join(root, 'dist/server/store/journal.js')).href;
  const code = `const { openJournal } = await import(${JSON.stringify(journal)}); console.log(openJournal(process.argv[1]).isWhole())`;
  return (
    execFileSync(process.execPath, ['--input-type=module', '-e', code, data], { encoding: 'utf8' }).trim() ===
    'true'
  );
}

const acknowledged = [];
const settled = [];
let damaged = 0;
for (let kill = 0; kill < serverKills; kill++) {
  const started = performance.now();
  const server = await serve(data);
  const left = (await server.call('GET', '/api/runs?status=running&limit=500')).items;
  // When the server answers again, each started run is queued, running or given up.
  if (left.every(({ attempts }) => attempts <= 2)) settled.push(performance.now() - started);
  const submitting = (async () => {
    for (let i = 0; ; i++) {
      const how =
        i % 2 === 0 ? fault('wait', { number: 5 + Math.random() * 60 }) : fault('progress', { number: 3 });
      const run = await server.submit(how).catch(() => undefined);
      if (!run) return;
      acknowledged.push(run.id);
      await sleep(Math.random() * 30);
    }
  })();
  // Half of the kills happen while the runner starts, half while it works.
  await sleep(Math.random() * 2000);
  await server.stop('SIGKILL');
  await submitting;
  if (!isWhole()) damaged += 1;
  if (kill % 20 === 19) console.error(`${kill + 1} kills, ${acknowledged.length} runs`);
}

const last = await serve(data);
await last.call('POST', '/api/queue/clear');
const states = {};
let lost = 0;
let twice = 0;
let gaps = 0;
for (const id of acknowledged) {
  const run = await last.ended(id).catch(() => undefined);
  if (!run) {
    lost += 1;
    continue;
  }
  states[run.status] = (states[run.status] ?? 0) + 1;
  const { items } = await last.call('GET', `/api/runs/${id}/events?limit=5000`);
  if (items.filter(({ type }) => type === 'runFinished').length !== 1) twice += 1;
  if (items.some(({ seq }, i) => seq !== i + 1)) gaps += 1;
}
console.log(
  `${serverKills} kills of the server, ${acknowledged.length} runs acknowledged: ${lost} lost, ${twice} ended not once, ${gaps} with gaps, ${damaged} damaged journals`,
);
console.log(
  `they ended as ${JSON.stringify(states)}; from start to an answer p50 ${percentile(settled, 50).toFixed(0)} ms, most ${percentile(settled, 100).toFixed(0)} ms`,
);

const recovered = [];
let wrong = 0;
for (let kill = 0; kill < runnerKills; kill++) {
  const { id } = await last.submit(fault('wait', { number: 60_000 }));
  while ((await last.call('GET', `/api/runs/${id}/events`)).items.every(({ type }) => type !== 'nodeStarted'))
    await sleep(10);
  process.kill((await last.health()).runner.pid, kill % 2 === 0 ? 'SIGKILL' : 'SIGABRT');
  const run = await last.ended(id);
  if (run.status !== 'failed') wrong += 1;
  const start = performance.now();
  const next = await last.ended((await last.submit(fault('nothing'))).id);
  if (next.status !== 'completed') wrong += 1;
  recovered.push(performance.now() - start);
}
console.log(
  `${runnerKills} kills of the runner: ${wrong} wrong outcomes; the next run took p50 ${percentile(recovered, 50).toFixed(0)} ms, most ${percentile(recovered, 100).toFixed(0)} ms`,
);
await last.stop();
