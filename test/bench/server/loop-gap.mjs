// How long others wait while a model runs: the server's own loop, and a plain request.
//   node test/bench/server/loop-gap.mjs [seconds]
import { percentile, serve, sleep, workflow } from './serve.mjs';

const [seconds = 30] = process.argv.slice(2).map(Number);
const server = await serve();
// Tokens are kept nowhere: every run is inference.
const encode = workflow(
  [
    { id: 'pictures', type: 'image/load-folder', params: { path: 'sample:pictures' } },
    { id: 'model', type: 'encode/load-encoder', params: { model: 'emoji-clip' } },
    { id: 'tokens', type: 'encode/tokens' },
  ],
  [
    { from: { node: 'pictures', port: 'images' }, to: { node: 'tokens', port: 'images' } },
    { from: { node: 'model', port: 'encoder' }, to: { node: 'tokens', port: 'encoder' } },
  ],
);
const until = performance.now() + seconds * 1000;
let runs = 0;
const working = (async () => {
  while (performance.now() < until) {
    await server.ended((await server.submit(encode, { cache: false })).id);
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
  `${runs} runs of inference in ${seconds} s: longest gap of the server's loop ${(await server.health()).loopGapMs} ms; a request took p50 ${percentile(answers, 50).toFixed(1)} ms, p99 ${percentile(answers, 99).toFixed(1)} ms, most ${percentile(answers, 100).toFixed(1)} ms`,
);
await server.stop();
