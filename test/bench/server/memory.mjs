// Measures the server's memory over many runs.
//   node test/bench/server/memory.mjs [runs]
import { fault, serve } from './serve.mjs';

const [runs = 10_000] = process.argv.slice(2).map(Number);
const server = await serve();
const sizes = [];
for (let done = 0; done < runs; ) {
  const ids = [];
  for (let i = 0; i < 100; i++) ids.push((await server.submit(fault('nothing'))).id);
  await server.ended(ids.at(-1), 5);
  done += 100;
  if (done % 1000 === 0) {
    const { rssBytes, runner } = await server.health();
    sizes.push(rssBytes / 1e6);
    console.log(
      `${done} runs: server ${(rssBytes / 1e6).toFixed(0)} MB, runner ${((runner.rssBytes ?? 0) / 1e6).toFixed(0)} MB`,
    );
  }
}
// A least squares fit over the second half. Code that is compiled and data that is cached once is not growth.
const late = sizes.slice(Math.floor(sizes.length / 2));
const mean = late.reduce((a, b) => a + b, 0) / late.length;
const middle = (late.length - 1) / 2;
const slope =
  late.reduce((sum, size, i) => sum + (i - middle) * (size - mean), 0) /
  late.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
console.log(`slope over the second half: ${slope.toFixed(2)} MB per 1,000 runs`);
await server.stop();
