// A small server that starts an endless run and prints the ids of its processes. The test kills it.
import { createSupervisor } from '../../dist/server/runner/supervisor.js';

const [dataFolder, nodes, how] = process.argv.slice(2);
const supervisor = createSupervisor({ dataFolder, modelFolders: [], nodeFolders: [nodes], device: 'cpu' });
await supervisor.models();
const workflow = {
  format: 'patchbay',
  version: 1,
  nodes: [{ id: 'fault', type: 'fault/misbehave', params: { how } }],
  edges: [],
};
const workflowText = JSON.stringify(workflow);
const request = {
  runId: 'run',
  workflowText,
  useCache: true,
  workflowFolder: dataFolder,
  outFolder: dataFolder,
};
supervisor.run(request, (event) => {
  if (event.type === 'nodeStarted') console.log('running');
});
