import type { CollectionsNotice } from '../contract/collections.ts';
import type { LabelsNotice } from '../contract/labels.ts';
import type { WorkflowChange } from '../contract/live.ts';
import type { RunEvent } from '../contract/run.ts';

type Listener<T> = (value: T) => void;

/** Tells listeners in this process what has changed: events in the journal, the queue, downloads, models, label sets, collections. */
export interface Notices {
  /** Events that are in the journal, in order within each run. */
  publish(events: readonly RunEvent[]): void;
  onEvents(listener: Listener<readonly RunEvent[]>): () => void;
  /** The queue has changed. */
  queueChanged(): void;
  onQueue(listener: () => void): () => void;
  /** A download of a model has moved on. */
  downloadsChanged(): void;
  onDownloads(listener: () => void): () => void;
  /** The list of models has changed. */
  modelsChanged(): void;
  onModels(listener: () => void): () => void;
  /** A label set was made, changed, renamed or deleted. */
  labelsChanged(notice: LabelsNotice): void;
  onLabels(listener: Listener<LabelsNotice>): () => void;
  /** A collection was made, changed, renamed or deleted. */
  collectionsChanged(notice: CollectionsNotice): void;
  onCollections(listener: Listener<CollectionsNotice>): () => void;
  /** A saved workflow has changed or was restored; without a revision it was deleted. */
  workflowChanged(change: WorkflowChange): void;
  onWorkflows(listener: Listener<WorkflowChange>): () => void;
  /** Resolves with the end of a run that has not ended yet, or when `signal` fires. */
  ended(runId: string, signal: AbortSignal): Promise<void>;
}

/** Makes notices that have no listeners yet. */
export function createNotices(): Notices {
  const events = new Set<Listener<readonly RunEvent[]>>();
  const queue = new Set<() => void>();
  const downloads = new Set<() => void>();
  const models = new Set<() => void>();
  const labels = new Set<Listener<LabelsNotice>>();
  const collections = new Set<Listener<CollectionsNotice>>();
  const workflows = new Set<Listener<WorkflowChange>>();
  const ends = new Map<string, Set<() => void>>();
  const add = <T>(set: Set<T>, one: T) => {
    set.add(one);
    return () => void set.delete(one);
  };
  return {
    publish(batch) {
      for (const listener of events) listener(batch);
      for (const event of batch) {
        if (event.type !== 'runFinished') continue;
        for (const done of ends.get(event.runId) ?? []) done();
      }
    },
    onEvents: (listener) => add(events, listener),
    queueChanged() {
      for (const listener of queue) listener();
    },
    onQueue: (listener) => add(queue, listener),
    downloadsChanged() {
      for (const listener of downloads) listener();
    },
    onDownloads: (listener) => add(downloads, listener),
    modelsChanged() {
      for (const listener of models) listener();
    },
    onModels: (listener) => add(models, listener),
    labelsChanged(notice) {
      for (const listener of labels) listener(notice);
    },
    onLabels: (listener) => add(labels, listener),
    collectionsChanged(notice) {
      for (const listener of collections) listener(notice);
    },
    onCollections: (listener) => add(collections, listener),
    workflowChanged(change) {
      for (const listener of workflows) listener(change);
    },
    onWorkflows: (listener) => add(workflows, listener),
    ended: (runId, signal) =>
      new Promise((resolve) => {
        const waiting = ends.get(runId) ?? new Set();
        ends.set(runId, waiting);
        const done = () => {
          waiting.delete(done);
          if (waiting.size === 0 && ends.get(runId) === waiting) ends.delete(runId);
          signal.removeEventListener('abort', done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener('abort', done);
        if (signal.aborted) done();
      }),
  };
}
