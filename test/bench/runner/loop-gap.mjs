// Measures how long runners block the server's event loop, and the cost of events.
//   npm run build && node test/bench/runner/loop-gap.mjs [model folder]
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { createSupervisor } from '../../../dist/server/runner/supervisor.js';

const root = join(import.meta.dirname, '../../..');
const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-bench-'));
const started = performance.now();
const supervisor = createSupervisor({
  dataFolder,
  modelFolders: [join(root, 'models'), join(root, 'test/fixtures/oracles')],
  nodeFolders: [join(root, 'test/runner/nodes')],
  device: 'cpu',
});

const workflow = (nodes, edges = []) => ({ format: 'patchbay', version: 1, nodes, edges });
const wire = (from, port, to, input) => ({ from: { node: from, port }, to: { node: to, port: input } });

async function run(graph) {
  let events = 0;
  let first;
  const from = performance.now();
  const request = {
    runId: 'run',
    workflow: graph,
    useCache: true,
    workflowFolder: dataFolder,
    outFolder: dataFolder,
  };
  const { done } = supervisor.run(request, () => {
    first ??= performance.now() - from;
    events += 1;
  });
  const outcome = await done;
  return { outcome, events, first, ms: performance.now() - from };
}

async function measured(name, work) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const said = await work();
  delay.disable();
  console.log(
    `${name}: longest gap ${Math.round(delay.max / 1e6)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms${said ? `; ${said}` : ''}`,
  );
}

const told = ({ outcome, events, first, ms }) =>
  `${outcome.status}${outcome.problems[0] ? ` (${outcome.problems[0].message})` : ''} in ${Math.round(ms)} ms, first event after ${Math.round(first)} ms, ${events} events`;

await measured('starting two processes', async () => {
  await supervisor.models();
  return `ready after ${Math.round(performance.now() - started)} ms`;
});
await measured('a process held for 3 s', async () =>
  told(await run(workflow([{ id: 'a', type: 'fault/misbehave', params: { how: 'hold', number: 3000 } }]))),
);
const folder = join(dataFolder, 'pictures');
mkdirSync(folder);
for (let n = 0; n < 400; n++) {
  const noise = Buffer.from(Array.from({ length: 96 * 96 * 3 }, (_, i) => (i * (n + 3) * 31) % 251));
  await sharp(noise, { raw: { width: 96, height: 96, channels: 3 } })
    .png()
    .toFile(join(folder, `${n}.png`));
}
const model = process.argv[2] ?? 'clip';
await measured(`encoding 400 pictures with ${model}, one by one`, async () =>
  told(
    await run(
      workflow(
        [
          { id: 'p', type: 'image/load-folder', params: { path: folder } },
          { id: 'm', type: 'encode/load-encoder', params: { model } },
          { id: 'e', type: 'encode/image', params: { batchSize: 1 } },
        ],
        [wire('p', 'images', 'e', 'images'), wire('m', 'encoder', 'e', 'encoder')],
      ),
    ),
  ),
);
for (const size of [50, 400, 800, 10_000]) {
  const nodes = Array.from({ length: size }, (_, n) => ({ id: `n${n}`, type: 'fault/misbehave' }));
  const edges = nodes.slice(1).map(({ id }, n) => wire(`n${n}`, 'table', id, 'after'));
  await measured(`a chain of ${size} nodes`, async () => told(await run(workflow(nodes, edges))));
}
await measured('a result of 50 MB', async () =>
  told(
    await run(workflow([{ id: 'a', type: 'fault/misbehave', params: { how: 'large', number: 500_000 } }])),
  ),
);
await measured('100 thumbnails', async () => {
  const from = performance.now();
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => supervisor.thumbnail(join(folder, `${n}.png`), 64)),
  );
  return `${Math.round(performance.now() - from)} ms`;
});
await measured('ten crashes', async () => {
  for (let n = 0; n < 10; n++)
    await run(workflow([{ id: 'a', type: 'fault/misbehave', params: { how: 'abort' } }]));
  return `${supervisor.status().restarts} restarts`;
});
await supervisor.close();
