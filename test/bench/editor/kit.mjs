// Helpers for the editor's benchmarks: the built server, the browser, and the output.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '../../..');

export const round = (value) => Math.round(value * 100) / 100;
export const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * q)] ?? 0;
/** Prints one JSON line for a measurement, with the load of the machine. */
export const say = (name, values) =>
  console.log(JSON.stringify({ name, ...values, load: round(loadavg()[0]) }));
export const spread = (values) => ({
  p50: round(quantile(values, 0.5)),
  p95: round(quantile(values, 0.95)),
  max: round(Math.max(...values)),
});

/** The address that a server prints. */
export function addressOf(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk) => {
      text += chunk;
      const found = /http:\/\/[\w.:[\]]+\//.exec(text);
      if (found) resolve(found[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', () => reject(new Error(text)));
  });
}

/** Starts the built server on a new data folder. */
export async function startServer() {
  const data = mkdtempSync(join(tmpdir(), 'patchbay-bench-'));
  const child = spawn(
    process.execPath,
    [join(root, 'dist/server/cli.js'), 'serve', '--port', '0', '--data', data],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const url = await addressOf(child);
  return {
    url,
    pid: child.pid,
    async save(workflow) {
      const response = await fetch(`${url}api/workflows`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ workflow }),
      });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()).id;
    },
    async close() {
      child.kill('SIGTERM');
      await new Promise((done) => child.once('exit', done));
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export const launch = (executablePath) =>
  chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });

/** Opens the home page in a new page and waits until the application has loaded. */
export async function openHome(browser, url, prepare = async () => {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await prepare(page);
  const client = await context.newCDPSession(page);
  await client.send('Performance.enable');
  await page.goto(url);
  await page.waitForSelector('header');
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/api/nodes')),
  );
  return { page, client, close: () => context.close() };
}

/** Opens a saved workflow and waits until its first nodes and wires are painted. @returns milliseconds */
export const openWorkflow = (page, id, count) =>
  page.evaluate(
    async ([workflowId, nodes]) => {
      const start = performance.now();
      location.hash = `workflow=${workflowId}`;
      await new Promise((done) => {
        const look = () =>
          document.querySelectorAll('.react-flow__node').length >= Math.min(nodes, 10) &&
          document.querySelector('.react-flow__edge, .pb-low-wires path') !== null
            ? requestAnimationFrame(() => requestAnimationFrame(done))
            : requestAnimationFrame(look);
        look();
      });
      return performance.now() - start;
    },
    [id, count],
  );

/** Measures the script time and the task time of some work in the page, in milliseconds. */
export async function script(client, work) {
  const read = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1000]));
  };
  const before = await read();
  await work();
  const after = await read();
  return {
    script: after.ScriptDuration - before.ScriptDuration,
    task: after.TaskDuration - before.TaskDuration,
  };
}

/** Makes `count` nodes in a grid: pictures, encoders with two inputs and rankings with four params, all connected. */
export function rich(count) {
  const kinds = ['image/load-image', 'encode/image', 'compare/top-k', 'compare/cosine'];
  const columns = Math.ceil(Math.sqrt(count * 1.6));
  const nodes = Array.from({ length: count }, (_, n) => ({
    id: `n${n}`,
    type: kinds[n % 4],
    position: { x: (n % columns) * 320, y: Math.floor(n / columns) * 320 },
    ...(n % 4 === 0 && { params: { path: 'sample:queries/cat-face.png' } }),
  }));
  const edges = [];
  const wire = (from, port, to, input) =>
    edges.push({ from: { node: `n${from}`, port }, to: { node: `n${to}`, port: input } });
  for (let n = 0; n + 4 < count; n += 4) {
    wire(n, 'images', n + 1, 'images');
    wire(n + 1, 'embeddings', n + 3, 'queries');
    wire(n + 1, 'embeddings', n + 3, 'gallery');
    wire(n + 3, 'similarity', n + 2, 'similarity');
  }
  return { format: 'patchbay', version: 1, name: `${count} nodes`, nodes, edges };
}
