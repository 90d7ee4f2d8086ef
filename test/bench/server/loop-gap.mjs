// Measures how long other requests wait while a model runs, and how long the server's event loop is blocked.
//   node test/bench/server/loop-gap.mjs [seconds]
import { percentile, serve, sleep } from './serve.mjs';

const [seconds = 30] = process.argv.slice(2).map(Number);
const server = await serve();
const until = performance.now() + seconds * 1000;
let runs = 0;
const working = (async () => {
  while (performance.now() < until) {
    // New texts, so that nothing comes from a cache.
    const input = Array.from(
      { length: 64 },
      (_, i) => `a text about number ${runs * 64 + i} and ${Math.random()}`,
    );
    await server.call('POST', '/v1/embeddings', { model: 'emoji-clip', input, encoding_format: 'base64' });
    runs += 1;
  }
})();
const answers = [];
while (performance.now() < until) {
  const start = performance.now();
  await server.health();
  answers.push(performance.now() - start);
  await sleep(10);
}
await working;
console.log(
  `${runs} batches of 64 texts in ${seconds} s: longest gap of the server's loop ${(await server.health()).loopGapMs} ms; a request took p50 ${percentile(answers, 50).toFixed(1)} ms, p99 ${percentile(answers, 99).toFixed(1)} ms, most ${percentile(answers, 100).toFixed(1)} ms`,
);
await server.stop();
