// A thread of its own: eight megabytes of JSON or ten thousand nodes take longer than others should wait for an answer.
import { parentPort, workerData } from 'node:worker_threads';
import { loadAllNodes } from '../../load-nodes.ts';
import type { BodyName } from './bodies.ts';
import { catalogueOf, inspectWorkflow, type ListedModel, prepareRun, type RunWishes } from './prepare.ts';
import { readBody } from './read-body.ts';

/** What the thread starts with. */
export interface GateStart {
  readonly nodeFolders: readonly string[];
}

/** What the thread is asked. */
export type GateTask =
  | { readonly task: 'read'; readonly body: BodyName; readonly text: string }
  | { readonly task: 'prepare'; readonly text: string; readonly wishes: RunWishes }
  | { readonly task: 'inspect'; readonly text: string; readonly wishes: Pick<RunWishes, 'targets'> };

/** A message to the thread. */
export type GateMessage =
  | { readonly id: number; readonly task: GateTask }
  | { readonly models: readonly ListedModel[] };

/** Its answer. */
export type GateAnswer = { readonly id: number; readonly result?: unknown; readonly error?: string };

const port = parentPort;
if (!port) throw new Error('This file is the start of a thread.');

const { nodeFolders } = workerData as GateStart;
const registry = await loadAllNodes(nodeFolders);
let models = catalogueOf([]);

function work(task: GateTask): unknown {
  if (task.task === 'read') return readBody(task.body, task.text);
  if (task.task === 'prepare') return prepareRun(task.text, task.wishes, registry, models);
  return inspectWorkflow(task.text, task.wishes, registry, models);
}

port.on('message', (message: GateMessage) => {
  if ('models' in message) {
    models = catalogueOf(message.models);
    return;
  }
  let answer: GateAnswer;
  try {
    answer = { id: message.id, result: work(message.task) };
  } catch (error) {
    answer = { id: message.id, error: (error as Error).stack ?? String(error) };
  }
  port.postMessage(answer);
});
