// A separate thread: reading eight megabytes of JSON or ten thousand nodes would make other requests wait.
import { parentPort, workerData } from 'node:worker_threads';
import { loadAllNodes } from '../../load-nodes.ts';
import { manifestReader } from '../../runtime/collections/manifest.ts';
import { setNamesIn } from '../../runtime/labels/set-file.ts';
import type { BodyRoute } from './bodies.ts';
import { createExaminer, type KnownModel, type SavedWishes } from './prepare.ts';
import { readBody } from './read-body.ts';

/** The data that the thread starts with. */
export interface GateStart {
  readonly nodeFolders: readonly string[];
  /** The folder `collections` of the data folder. */
  readonly collections?: string;
  /** The folder of the label sets. */
  readonly labelFolder: string;
}

/** A task for the thread. */
export type GateTask =
  | { readonly task: 'read'; readonly route: BodyRoute; readonly text: string }
  | { readonly task: 'request' | 'inspect'; readonly text: string }
  | { readonly task: 'saved'; readonly text: string; readonly wishes: SavedWishes };

/** A message to the thread. */
export type GateMessage =
  | { readonly id: number; readonly task: GateTask }
  | { readonly models: readonly KnownModel[] | null };

/** The answer of the thread. */
export type GateAnswer = { readonly id: number; readonly result?: unknown; readonly error?: string };

const port = parentPort;
if (!port) throw new Error('This file is the start of a thread.');

const { nodeFolders, labelFolder, collections } = workerData as GateStart;
const registry = await loadAllNodes(nodeFolders);
const examiner = createExaminer(
  registry,
  () => setNamesIn(labelFolder),
  collections === undefined ? undefined : manifestReader(collections),
);

function work(task: GateTask): unknown {
  if (task.task === 'read') return readBody(task.route, task.text);
  if (task.task === 'saved') return examiner.saved(task.text, task.wishes);
  return examiner[task.task](task.text);
}

port.on('message', (message: GateMessage) => {
  if ('models' in message) {
    examiner.setModels(message.models);
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
