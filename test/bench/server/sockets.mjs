// 1000 clients watch one run with 50 events a second. Counts missed events and measures their delay.
//   node test/bench/server/sockets.mjs [sockets] [events]
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { percentile, serve, warnings } from './serve.mjs';

const [sockets = 1000, events = 1000] = process.argv.slice(2).map(Number);

if (isMainThread) {
  const server = await serve();
  // The server notes the time of each event. Both processes use the same clock.
  const worker = new Worker(new URL(import.meta.url), { workerData: { url: server.url, sockets } });
  const messages = (type) =>
    new Promise((resolve) => worker.on('message', (message) => message.type === type && resolve(message)));
  await messages('connected');
  const { id } = await server.submit(warnings(events, { size: 100, pause: 19 }));
  const done = messages('done');
  worker.postMessage({ id });
  const { late, missed } = await done;
  const { rssBytes, loopGapMs } = await server.health();
  const run = await server.ended(id);
  console.log(
    `${sockets} sockets, ${run.lastSeq} events in ${(run.ms / 1000).toFixed(1)} s: ${missed} missed or doubled;`,
  );
  console.log(
    `late by median ${percentile(late, 50).toFixed(0)} ms, p99 ${percentile(late, 99).toFixed(0)} ms, most ${percentile(late, 100).toFixed(0)} ms;`,
  );
  console.log(`the server's loop gap ${loopGapMs} ms, ${Math.round(rssBytes / 1e6)} MB`);
  await worker.terminate();
  await server.stop();
} else {
  const { createRequire } = await import('node:module');
  const { io } = createRequire(new URL('../../../package.json', import.meta.url))('socket.io-client');
  const clients = [];
  for (let i = 0; i < workerData.sockets; i++) {
    const socket = io(workerData.url, { transports: ['websocket'], reconnection: false, forceNew: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    clients.push({ socket, next: 1, wrong: 0 });
  }
  parentPort.postMessage({ type: 'connected' });
  const { id } = await new Promise((resolve) => parentPort.once('message', resolve));
  const late = [];
  const finished = clients.map(
    (client) =>
      new Promise((resolve) => {
        client.socket.on('run:events', (events) => {
          for (const event of events) {
            if (event.seq !== client.next) client.wrong += 1;
            client.next = event.seq + 1;
            // Events of the replay at the start are not late.
            if (event.type === 'nodeWarned' && client.live)
              late.push(performance.timeOrigin + performance.now() - Number.parseFloat(event.message));
            if (event.type === 'runFinished') resolve();
          }
        });
      }),
  );
  await Promise.all(clients.map(({ socket }) => socket.emitWithAck('run:watch', { runId: id, afterSeq: 0 })));
  setTimeout(() => {
    for (const client of clients) client.live = true;
  }, 1000);
  await Promise.all(finished);
  parentPort.postMessage({ type: 'done', late, missed: clients.reduce((sum, { wrong }) => sum + wrong, 0) });
}
