// Downloads a model in its own process: node fetch-child.mjs DATA REPO. Prints "go" at the first bytes of a graph, then the result.
import { fetchModel } from '../../dist/server/hub/fetch-model.js';
import { hubSettings } from '../../dist/server/hub/settings.js';

const [dataFolder, repo] = process.argv.slice(2);
let said = false;
let last = {};
const world = { dataFolder, catalog: { version: 1, models: [] }, settings: { ...hubSettings(), pauseMs: 1 } };
await fetchModel({ repo }, world, new AbortController().signal, ({ file, fetchedBytes }) => {
  const grows = file === last.file && fetchedBytes > last.fetchedBytes && file.endsWith('.onnx');
  last = { file, fetchedBytes };
  if (!said && grows) process.stdout.write('go\n');
  said ||= grows;
});
process.stdout.write('done\n');
