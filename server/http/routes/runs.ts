import { createHash } from 'node:crypto';
import type { RunDetail, RunSummary } from '../../contract/run.ts';
import type { Journal } from '../../store/journal.ts';
import { type QueuedRun, resultOf } from '../../store/runs.ts';
import type { Gate } from '../gate/gate.ts';
import type { PreparedRun } from '../gate/prepare.ts';
import type { Reading } from '../gate/read-body.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { Queue } from '../queue.ts';
import { type Answer, answer, type Call, checkedValue, type Route, route } from '../route.ts';

/** What the routes of runs need. */
export interface RunRouteDeps {
  readonly journal: Journal;
  readonly queue: Queue;
  readonly gate: Gate;
  /** Looks again which models there are. */
  readonly refreshModels: () => Promise<void>;
  /** Removes the files that a run wrote. */
  readonly removeOutputs: (runId: string) => Promise<void>;
}

/** What waits is bounded, so that a loop of a script does not fill the disk. */
const MAX_WAITING = 20_000;

export const IDEMPOTENCY_HEADER = {
  'Idempotency-Key':
    'The same key with the same request names the same run: sent again, it is answered and not run again.',
} as const;

/** @param identity all that makes the request this one: the same key with another identity is a conflict */
function idempotencyOf({ request }: Pick<Call, 'request'>, identity: string): QueuedRun['idempotency'] {
  const key = request.get('idempotency-key');
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new HttpError(400, {
      code: 'request.idempotency-key',
      message: 'An Idempotency-Key has 1 to 200 visible ASCII characters.',
    });
  return { key, hash: createHash('sha256').update(identity).digest('hex') };
}

const keyTaken = () =>
  new HttpError(409, {
    code: 'run.idempotency-conflict',
    message: 'This Idempotency-Key was used for another request. Use a new one.',
  });

/**
 * Puts a run into the queue once the gate has checked it.
 * @param identity see {@link idempotencyOf}
 * @param check asks the gate; asked again after a look at the models, when one was not found
 * @throws HttpError 400 with all problems, 409 for a key that names another run, 429 when too much waits.
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
  if (reading.problems?.some(({ code }) => code === 'model.not-found')) {
    // It may have been added since the list was made.
    await refreshModels();
    reading = await check();
  }
  const prepared = checkedValue(reading);
  if (journal.runs.waiting(0).total >= MAX_WAITING)
    throw new HttpError(429, {
      code: 'queue.full',
      message: `${MAX_WAITING} runs wait already. Wait for some, or clear the queue.`,
    });
  const { kind, run } = queue.submit({ ...prepared, workflowRevision, idempotency });
  if (kind === 'conflict') throw keyTaken();
  return { isNew: kind === 'new', run };
}

/** A run with all that is kept of it. */
export function runDetail(journal: Journal, id: string): RunDetail {
  const run = journal.runs.get(id);
  const workflow = journal.runs.workflow(id);
  if (!run || workflow === undefined) throw notFound('run', id);
  return { ...run, workflow: JSON.parse(workflow), ...(journal.runs.result(id) ?? resultOf()) };
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
          'Once this is answered, the run is remembered, whatever happens to the server. A run of a `series` may be lost in a power cut: the next change makes another.',
        headers: IDEMPOTENCY_HEADER,
        answers: {
          202: { description: 'It waits, or is under way already.' },
          200: { description: 'It was submitted before, under the same key.' },
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
        description: 'Of automatic runs of one series only the newest, and what is under way.',
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
      'listEvents',
      {
        tag,
        summary: 'Get what happened in a run',
        description: 'The same events that Socket.IO sends as `run:event`.',
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
        summary: 'Cancel a run that waits or is under way',
        description: 'Answered when it has ended. A run that had ended already stays as it is.',
        answers: { 200: { description: 'The run.' }, 404: error },
      },
      async ({ params }) => found(await queue.cancel(params.id), params.id),
    ),
    route(
      'moveToFront',
      {
        tag,
        summary: 'Move a waiting run before all others',
        answers: {
          200: { description: 'The run.' },
          404: error,
          409: { description: 'It does not wait any more.' },
        },
      },
      ({ params: { id } }) => {
        const run = journal.runs.get(id);
        if (run && !queue.toFront(id))
          throw new HttpError(409, { code: 'run.not-waiting', message: 'The run does not wait any more.' });
        return found(run, id);
      },
    ),
    route(
      'deleteRun',
      {
        tag,
        summary: 'Forget a run that has ended, with the files it wrote',
        answers: {
          204: { description: 'Forgotten.' },
          404: error,
          409: { description: 'It has not ended.' },
        },
      },
      async ({ params: { id } }) => {
        if (!journal.runs.get(id)) throw notFound('run', id);
        if (!journal.runs.remove(id, 'durable'))
          throw new HttpError(409, {
            code: 'run.not-over',
            message: 'The run has not ended. Cancel it first.',
          });
        await deps.removeOutputs(id);
        return answer(204);
      },
    ),
    route(
      'getQueue',
      {
        tag: 'Queue',
        summary: 'See what waits and what is under way',
        answers: { 200: { description: 'The queue.' } },
      },
      state,
    ),
    route(
      'pauseQueue',
      {
        tag: 'Queue',
        summary: 'Start no more runs',
        description: 'Those under way go on. Holds across restarts.',
        answers: { 200: { description: 'The queue.' } },
      },
      () => {
        queue.pause();
        return state();
      },
    ),
    route(
      'resumeQueue',
      { tag: 'Queue', summary: 'Start runs again', answers: { 200: { description: 'The queue.' } } },
      () => {
        queue.resume();
        return state();
      },
    ),
    route(
      'clearQueue',
      {
        tag: 'Queue',
        summary: 'Cancel all runs that wait',
        answers: { 200: { description: 'How many there were.' } },
      },
      async () => answer(200, { cancelled: await queue.clear() }),
    ),
  ];
}
