// Tries one execution provider in its own process, because a missing or broken driver can abort the process.
// It is plain JavaScript, so that Node runs it from the sources and from the built package.
// stdin: { ortModule, provider, check, work, tolerance } with two models as base64; stdout: one line of JSON.
import { pathToFileURL } from 'node:url';

/** A device this many times slower than the CPU in a short test is a software driver, so the long test is left out. */
const HOPELESS = 20;

// ONNX Runtime reads this when it loads its first model.
process.env.ORT_DISABLE_TELEMETRY = '1';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const job = JSON.parse(Buffer.concat(chunks).toString());
const { default: ort } = await import(pathToFileURL(job.ortModule).href);
ort.env.logLevel = 'fatal';

const load = (model, provider) =>
  ort.InferenceSession.create(Buffer.from(model, 'base64'), {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });

function numbers(rows, columns) {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
  return { x: new ort.Tensor('float32', data, [rows, columns]) };
}

async function fastest(session, rows, columns, times) {
  const feeds = numbers(rows, columns);
  await session.run(feeds);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    await session.run(feeds);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

async function difference() {
  const results = [];
  for (const provider of ['cpu', job.provider]) {
    const session = await load(job.check, provider);
    results.push((await session.run(numbers(4, 16))).y.data);
    await session.release();
  }
  const [expected, got] = results;
  return expected.reduce((worst, value, i) => {
    const off = Math.abs(value - got[i]);
    return off <= worst ? worst : Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }, 0);
}

async function speed() {
  const device = await load(job.work, job.provider);
  const cpu = await load(job.work, 'cpu');
  let [deviceMs, cpuMs] = [await fastest(device, 8, 512, 1), await fastest(cpu, 8, 512, 3)];
  if (deviceMs < cpuMs * HOPELESS) {
    [deviceMs, cpuMs] = [await fastest(device, 512, 512, 5), await fastest(cpu, 512, 512, 5)];
  }
  await device.release();
  await cpu.release();
  return { deviceMs, cpuMs };
}

let answer;
try {
  const worst = await difference();
  answer = {
    difference: Number.isFinite(worst) ? worst : null,
    ...(worst <= job.tolerance && (await speed())),
  };
} catch (error) {
  answer = { error: String(error instanceof Error ? error.message : error) };
}
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0));
