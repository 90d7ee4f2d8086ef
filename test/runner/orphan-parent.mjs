// A server in small: starts a run that never ends and says who its processes are. Killed by the test.
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
