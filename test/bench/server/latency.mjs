// Measures the time from submitting a run to its first event, over HTTP and a socket. Also measures repeated chains.
//   node test/bench/server/latency.mjs
import { ms, row } from '../measure.mjs';
import { chain, fault, percentile, serve } from './serve.mjs';

const server = await serve();
const socket = await server.connect();
const waiting = new Map();
let bytes = 0;
socket.on('run:events', (events) => {
  bytes += JSON.stringify(events).length;
  for (const event of events) waiting.get(`${event.runId} ${event.type}`)?.(event);
});
const seen = (runId, type) => new Promise((resolve) => waiting.set(`${runId} ${type}`, resolve));

async function run(workflow) {
  const start = performance.now();
  bytes = 0;
  const { id } = await server.submit(workflow);
  const answered = performance.now() - start;
  const first = seen(id, 'runQueued').then(() => performance.now() - start);
  const started = seen(id, 'runStarted').then(() => performance.now() - start);
  const finished = seen(id, 'runFinished').then(() => performance.now() - start);
  await socket.emitWithAck('run:watch', { runId: id, afterSeq: 0 });
  return { answered, first: await first, started: await started, finished: await finished, bytes };
}

await run(fault('nothing'));
const times = [];
for (let i = 0; i < 200; i++) times.push(await run(fault('nothing')));
row('ms from submit to', 'median', 'p99');
row('---', '---', '---');
for (const what of ['answered', 'first', 'started', 'finished'])
  row(
    what,
    ms(
      percentile(
        times.map((one) => one[what]),
        50,
      ),
    ),
    ms(
      percentile(
        times.map((one) => one[what]),
        99,
      ),
    ),
  );

row('chain of', 'run', 'again', 'event bytes of a run', 'again');
row('---', '---', '---', '---', '---');
for (const length of [50, 400, 800, 10_000]) {
  const text = `chain ${length} ${Math.random()}`;
  const fresh = await run(chain(length, text));
  const again = await run(chain(length, text));
  row(length, `${ms(fresh.finished)} ms`, `${ms(again.finished)} ms`, fresh.bytes, again.bytes);
}
console.log('longest gap of the loop meanwhile:', (await server.health()).loopGapMs, 'ms');
socket.close();
await server.stop();
