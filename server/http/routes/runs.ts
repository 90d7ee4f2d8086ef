import { createHash } from 'node:crypto';
import { WORKFLOW_VERSION, type Workflow } from '../../../workflows/workflow.ts';
import { requestMessage } from '../../contract/messages/requests.ts';
import { storageMessage } from '../../contract/messages/storage.ts';
import { isFinal, type RunDetail, type RunSummary } from '../../contract/run.ts';
import type { Journal } from '../../store/journal.ts';
import { type QueuedRun, resultOf } from '../../store/runs.ts';
import type { Trash } from '../../trash/trash.ts';
import type { Gate } from '../gate/gate.ts';
import type { PreparedRun } from '../gate/prepare.ts';
import type { Reading } from '../gate/read-body.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { Queue } from '../queue.ts';
import { type Answer, answer, type Call, checkedValue, type Route, route } from '../route.ts';

/** The parts that the routes of runs use. */
export interface RunRouteDeps {
  readonly journal: Journal;
  readonly queue: Queue;
  readonly gate: Gate;
  /** Fires when the server stops. */
  readonly stopping: AbortSignal;
  /** Updates the list of models. */
  readonly refreshModels: () => Promise<void>;
  readonly trash: Trash;
}

/** The most waiting runs. The limit keeps a faulty script from filling the disk. */
const MAX_WAITING = 20_000;

export const IDEMPOTENCY_HEADER = {
  'Idempotency-Key':
    'A request that is sent again with the same key gets the same run, and nothing runs twice.',
} as const;

/** The description of every route that deletes. */
export const IN_TRASH = 'It goes to the trash. `/api/trash/{id}/restore` brings it back.';
/** The answer of every route that deletes. */
export const DELETED = { description: 'What was deleted, and until when it can be restored.' };

/** @param identity the content of the request; the same key with another content is a conflict */
function idempotencyOf({ request }: Pick<Call, 'request'>, identity: string): QueuedRun['idempotency'] {
  const key = request.get('idempotency-key');
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw new HttpError(400, requestMessage('request.idempotency-key'));
  return { key, hash: createHash('sha256').update(identity).digest('hex') };
}

const keyTaken = () => new HttpError(409, requestMessage('run.idempotency-conflict'));

/**
 * Puts a run into the queue after the gate has checked it.
 * @param identity see {@link idempotencyOf}
 * @param check asks the gate; if a model was not found, it is called again with a new list of models
 * @throws HttpError 400 with all problems, 409 for a key of another request, 429 if too many runs are waiting
 */
export async function queueRun(
  { journal, queue, refreshModels }: RunRouteDeps,
  call: Pick<Call, 'request'>,
  identity: string,
  check: () => Promise<Reading<PreparedRun>>,
  workflowRevision?: number,
): Promise<{ readonly isNew: boolean; readonly run: RunSummary }> {
  const idempotency = idempotencyOf(call, identity);
  const known = idempotency && journal.runs.byKey(idempotency.key);
  if (known && known.hash !== idempotency.hash) throw keyTaken();
  if (known) return { isNew: false, run: known.run };
  let reading = await check();
  if (reading.problems?.some(({ code }) => code === 'model.not-found' || code === 'model.list-unread')) {
    // The model may be newer than the list.
    await refreshModels();
    reading = await check();
  }
  const prepared = checkedValue(reading);
  if (journal.runs.waiting(0).total >= MAX_WAITING)
    throw new HttpError(429, requestMessage('queue.full', { count: MAX_WAITING }));
  const { kind, run } = queue.submit({ ...prepared, workflowRevision, idempotency });
  if (kind === 'conflict') throw keyTaken();
  return { isNew: kind === 'new', run };
}

const NO_WORKFLOW: Workflow = { format: 'patchbay', version: WORKFLOW_VERSION, nodes: [], edges: [] };

/** A run with its workflow and result. @throws HttpError 404 */
export function runDetail(journal: Journal, id: string): RunDetail {
  const run = journal.runs.get(id);
  if (!run) throw notFound('run', id);
  const result = journal.runs.result(id) ?? resultOf();
  try {
    const workflow = journal.runs.workflow(id);
    if (workflow === undefined) throw notFound('run', id);
    return { ...run, workflow: JSON.parse(workflow), ...result };
  } catch (error) {
    if (error instanceof HttpError) throw error;
    // Only its workflow is damaged; the results can still be shown.
    const problems = [storageMessage('run.unreadable', { id }), ...result.problems];
    return { ...run, workflow: NO_WORKFLOW, ...result, problems };
  }
}

const found = (run: RunSummary | undefined, id: string) => {
  if (!run) throw notFound('run', id);
  return answer(200, run);
};

/** `/api/runs` and `/api/queue`. */
export function runRoutes(deps: RunRouteDeps): Route[] {
  const { journal, queue } = deps;
  const tag = 'Runs';
  const error = { description: 'There is no such run.' };
  const state = (): Answer<'getQueue'> => answer(200, queue.state());
  return [
    route(
      'submitRun',
      {
        tag,
        summary: 'Submit a run',
        description:
          'The run is saved before the server answers. Only a run of a `series` may be lost in a power cut; the next change starts another.',
        headers: IDEMPOTENCY_HEADER,
        answers: {
          202: { description: 'The run is queued or already running.' },
          200: { description: 'The run was submitted before with the same key.' },
          400: { description: 'The workflow cannot run; all problems are listed.' },
          409: { description: 'The key was used for another request.' },
        },
      },
      async (call) => {
        const text = await call.text();
        const { isNew, run } = await queueRun(deps, call, text, () => deps.gate.request(text));
        return answer(isNew ? 202 : 200, run);
      },
    ),
    route(
      'listRuns',
      {
        tag,
        summary: 'List runs, newest first',
        description:
          'Of the automatic runs of a series, only the newest run, unfinished runs and pinned ones.',
        answers: { 200: { description: 'One page.' } },
      },
      ({ query }) => answer(200, journal.runs.list(query)),
    ),
    route(
      'getRun',
      {
        tag,
        summary: 'Get a run with its workflow and results',
        answers: { 200: { description: 'The run.' }, 404: error },
      },
      ({ params }) => answer(200, runDetail(journal, params.id)),
    ),
    route(
      'updateRun',
      {
        tag,
        summary: 'Pin or name a run',
        description: 'A pinned run is never deleted to make room for newer ones.',
        answers: { 200: { description: 'The run.' }, 404: error },
      },
      async ({ params: { id }, body }) => found(journal.runs.change(id, await body()), id),
    ),
    route(
      'listEvents',
      {
        tag,
        summary: 'Get the events of a run',
        description: 'The same events that Socket.IO sends in `run:events`.',
        answers: {
          200: {
            description: 'Events after a number, in order.',
          },
          404: error,
        },
      },
      ({ params: { id }, query }) => {
        if (!journal.runs.get(id)) throw notFound('run', id);
        return answer(200, { items: journal.events.after(id, query.after, query.limit) });
      },
    ),
    route(
      'cancelRun',
      {
        tag,
        summary: 'Cancel a queued or running run',
        description: 'The server answers when the run has ended. A run that had ended before stays as it is.',
        answers: { 200: { description: 'The run.' }, 404: error },
      },
      async ({ params }) => found(await queue.cancel(params.id), params.id),
    ),
    route(
      'stopNode',
      {
        tag,
        summary: 'Ask a running node for its best result so far',
        description:
          'For training nodes: they end with the best state so far, and the run goes on. The result is not kept for later runs. Other nodes, and nodes that do not run, stay as they are.',
        answers: { 200: { description: 'The run.' }, 404: error },
      },
      ({ params }) => found(queue.stopNode(params.id, params.node), params.id),
    ),
    route(
      'moveToFront',
      {
        tag,
        summary: 'Move a queued run to the front',
        answers: {
          200: { description: 'The run.' },
          404: error,
          409: { description: 'The run is no longer queued.' },
        },
      },
      ({ params: { id } }) => {
        const run = journal.runs.get(id);
        if (run && !queue.toFront(id)) throw new HttpError(409, requestMessage('run.not-waiting'));
        return found(run, id);
      },
    ),
    route(
      'deleteRun',
      {
        tag,
        summary: 'Delete a run that has ended, with its files',
        description: IN_TRASH,
        answers: {
          200: DELETED,
          404: error,
          409: { description: 'The run has not ended.' },
        },
      },
      async ({ params: { id } }) => {
        const run = journal.runs.get(id);
        if (run && !isFinal(run.status)) throw new HttpError(409, requestMessage('run.not-over'));
        const entry = await deps.trash.addRun(id);
        if (!entry) throw notFound('run', id);
        return answer(200, entry);
      },
    ),
    route(
      'getQueue',
      {
        tag: 'Queue',
        summary: 'Get the queued and running runs',
        answers: { 200: { description: 'The queue.' } },
      },
      state,
    ),
    route(
      'pauseQueue',
      {
        tag: 'Queue',
        summary: 'Pause the queue',
        description: 'Running runs finish. The queue stays paused when the server restarts.',
        answers: { 200: { description: 'The queue.' } },
      },
      () => {
        queue.pause();
        return state();
      },
    ),
    route(
      'resumeQueue',
      { tag: 'Queue', summary: 'Resume the queue', answers: { 200: { description: 'The queue.' } } },
      () => {
        queue.resume();
        return state();
      },
    ),
    route(
      'clearQueue',
      {
        tag: 'Queue',
        summary: 'Cancel all queued runs',
        answers: { 200: { description: 'The number of cancelled runs.' } },
      },
      async () => answer(200, { cancelled: await queue.clear() }),
    ),
  ];
}
