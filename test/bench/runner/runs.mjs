// Measures the memory of the server and its runners over many runs, and whether processes remain.
//   npm run build && node --expose-gc test/bench/runner/runs.mjs [runs]
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSupervisor } from '../../../dist/server/runner/supervisor.js';

const runs = Number(process.argv[2] ?? 10_000);
const root = join(import.meta.dirname, '../../..');
const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-bench-'));
const supervisor = createSupervisor({
  dataFolder,
  modelFolders: [join(root, 'test/fixtures/oracles')],
  nodeFolders: [join(root, 'test/runner/nodes')],
  device: 'cpu',
});
const pictures = join(root, 'test/fixtures/oracles/images');
/** Each run encodes a new text, and pictures that were encoded before. */
const workflow = (n) => ({
  format: 'patchbay',
  version: 1,
  nodes: [
    { id: 'p', type: 'image/load-folder', params: { path: pictures } },
    { id: 'm', type: 'encode/load-encoder', params: { model: 'clip' } },
    { id: 'e', type: 'encode/image', params: {} },
    { id: 't', type: 'text/prompts', params: { prompts: [`a photo of ${n} cats`] } },
    { id: 'te', type: 'encode/text', params: {} },
    { id: 'x', type: 'fault/misbehave', params: { how: 'progress', number: 0 } },
  ],
  edges: [
    { from: { node: 'p', port: 'images' }, to: { node: 'e', port: 'images' } },
    { from: { node: 'm', port: 'encoder' }, to: { node: 'e', port: 'encoder' } },
    { from: { node: 't', port: 'texts' }, to: { node: 'te', port: 'texts' } },
    { from: { node: 'm', port: 'encoder' }, to: { node: 'te', port: 'encoder' } },
  ],
});

const pids = new Set();
const samples = [];
let wrong = 0;
const started = performance.now();
for (let n = 0; n < runs; n++) {
  const request = {
    runId: `run-${n}`,
    workflow: workflow(n),
    useCache: true,
    workflowFolder: dataFolder,
    outFolder: join(dataFolder, 'out'),
  };
  const { status, problems } = await supervisor.run(request, () => {}).done;
  if (status !== 'completed' && wrong++ < 5) console.error(status, problems);
  pids.add(supervisor.status().pid);
  if ((n + 1) % Math.max(1, runs / 20) === 0) {
    global.gc?.();
    samples.push([n + 1, process.memoryUsage.rss(), supervisor.status().rssBytes ?? 0]);
    console.log(
      `${n + 1} runs: server ${Math.round(samples.at(-1)[1] / 1e6)} MB, runner ${Math.round(samples.at(-1)[2] / 1e6)} MB`,
    );
  }
}
// A least squares fit over the second half. In the first half the process warms up.
const late = samples.slice(samples.length / 2);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const [mx, my] = [mean(late.map(([x]) => x)), mean(late.map(([, y]) => y))];
const slope =
  late.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) /
  late.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
console.log(
  `${runs} runs, ${wrong} wrong, ${((performance.now() - started) / runs).toFixed(1)} ms each, ${pids.size} processes one after another, ${supervisor.status().restarts} lost; server grows ${((slope * 1000) / 1e6).toFixed(2)} MB per 1,000 runs`,
);
await supervisor.close();
if (process.platform === 'linux')
  console.log(
    `processes left: ${readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim() || 'none'}`,
  );
