import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type ErrorMessage,
  eventsQuerySchema,
  pageOf,
  queueSchema,
  type RunDetailMessage,
  type RunMessage,
  runDetailSchema,
  runEventSchema,
  runSchema,
  runsQuerySchema,
} from '../../protocol.ts';
import type { Journal } from '../../store/journal.ts';
import { outcomeOf } from '../../store/runs.ts';
import type { Gate } from '../gate/gate.ts';
import type { RunWishes } from '../gate/prepare.ts';
import { HttpError, invalidWorkflow, notFound } from '../http-error.ts';
import type { Queue } from '../queue.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';

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

/** A run to be submitted, before it was checked. */
export interface Submission extends RunWishes {
  /** The workflow as JSON text. */
  readonly workflow: string;
  readonly cache: boolean;
  readonly front: boolean;
  readonly workflowId?: string;
  readonly workflowRevision?: number;
  readonly series?: string;
}

/** What waits is bounded, so that a loop of a script does not fill the disk. */
const MAX_WAITING = 20_000;

export const IDEMPOTENCY_HEADER = {
  'Idempotency-Key':
    'The same key with the same request names the same run: sent again, it is answered and not run again.',
} as const;

function idempotencyOf({ request }: Pick<Call, 'request'>, submission: Submission) {
  const key = request.get('idempotency-key');
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new HttpError(400, {
      code: 'request.idempotency-key',
      message: 'An Idempotency-Key has 1 to 200 visible ASCII characters.',
    });
  return { key, hash: createHash('sha256').update(JSON.stringify(submission)).digest('hex') };
}

const keyTaken = () =>
  new HttpError(409, {
    code: 'run.idempotency-conflict',
    message: 'This Idempotency-Key was used for another request. Use a new one.',
  });

/**
 * Checks a workflow and puts it into the queue.
 * @throws HttpError 400 with all problems, 409 for a key that names another run, 429 when too much waits.
 */
export async function submitRun(
  { journal, queue, gate, refreshModels }: RunRouteDeps,
  call: Pick<Call, 'request'>,
  submission: Submission,
): Promise<{ readonly isNew: boolean; readonly run: RunMessage }> {
  const idempotency = idempotencyOf(call, submission);
  const known = idempotency && journal.runs.byKey(idempotency.key);
  if (known && known.hash !== idempotency.hash) throw keyTaken();
  if (known) return { isNew: false, run: known.run };
  const { workflow, inputs, targets, ...rest } = submission;
  let reading = await gate.prepare(workflow, { inputs, targets });
  if (reading.problems?.some(({ code }) => code === 'model.not-found')) {
    // It may have been added since the list was made.
    await refreshModels();
    reading = await gate.prepare(workflow, { inputs, targets });
  }
  const { value: prepared, problems } = reading;
  if (problems) throw invalidWorkflow(problems);
  if (journal.runs.waiting(0).total >= MAX_WAITING)
    throw new HttpError(429, {
      code: 'queue.full',
      message: `${MAX_WAITING} runs wait already. Wait for some, or clear the queue.`,
    });
  const { text, name, lane } = prepared;
  const { kind, run } = queue.submit({ ...rest, workflow: text, name, lane, targets, idempotency });
  if (kind === 'conflict') throw keyTaken();
  return { isNew: kind === 'new', run };
}

/** A run with all that is kept of it. */
export function runDetail(journal: Journal, id: string): RunDetailMessage {
  const run = journal.runs.get(id);
  const workflow = journal.runs.workflow(id);
  if (!run || workflow === undefined) throw notFound('run', id);
  return { ...run, workflow: JSON.parse(workflow), ...(journal.runs.outcome(id) ?? outcomeOf()) };
}

const found = (run: RunMessage | undefined, id: string): Answer => {
  if (!run) throw notFound('run', id);
  return { status: 200, json: run };
};

/** `/api/runs` and `/api/queue`. */
export function runRoutes(deps: RunRouteDeps): Route[] {
  const { journal, queue } = deps;
  const tag = 'Runs';
  const error: { description: string; schema?: z.ZodType<ErrorMessage> } = {
    description: 'There is no such run.',
  };
  const state = (): Answer => ({ status: 200, json: queue.state() });
  return [
    route(
      {
        method: 'post',
        path: '/api/runs',
        tag,
        summary: 'Submit a run',
        description:
          'Once this is answered, the run is remembered, whatever happens to the server. A run of a `series` may be lost in a power cut: the next change makes another.',
        body: 'submit',
        headers: IDEMPOTENCY_HEADER,
        answers: {
          202: { description: 'It waits, or is under way already.', schema: runSchema },
          200: { description: 'It was submitted before, under the same key.', schema: runSchema },
          400: { description: 'The workflow cannot run; all problems are listed.' },
          409: { description: 'The key was used for another request.' },
        },
      },
      async (call) => {
        const { workflow, ...wishes } = call.body;
        const { isNew, run } = await submitRun(deps, call, { ...wishes, workflow: workflow.text });
        return { status: isNew ? 202 : 200, json: run };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/runs',
        tag,
        summary: 'List runs, newest first',
        description: 'Of automatic runs of one series only the newest, and what is under way.',
        query: runsQuerySchema,
        answers: { 200: { description: 'One page.', schema: pageOf(runSchema) } },
      },
      ({ query }) => ({ status: 200, json: journal.runs.list(query) }),
    ),
    route(
      {
        method: 'get',
        path: '/api/runs/:id',
        tag,
        summary: 'Get a run with its workflow and results',
        answers: { 200: { description: 'The run.', schema: runDetailSchema }, 404: error },
      },
      ({ params }) => ({ status: 200, json: runDetail(journal, params.id as string) }),
    ),
    route(
      {
        method: 'get',
        path: '/api/runs/:id/events',
        tag,
        summary: 'Get what happened in a run',
        description: 'The same events that Socket.IO sends as `run:event`.',
        query: eventsQuerySchema,
        answers: {
          200: {
            description: 'Events after a number, in order.',
            schema: z.object({ items: z.array(runEventSchema) }),
          },
          404: error,
        },
      },
      ({ params, query }) => {
        const id = params.id as string;
        if (!journal.runs.get(id)) throw notFound('run', id);
        return { status: 200, json: { items: journal.events.after(id, query.after, query.limit) } };
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/runs/:id/cancel',
        tag,
        summary: 'Cancel a run that waits or is under way',
        description: 'Answered when it has ended. A run that had ended already stays as it is.',
        answers: { 200: { description: 'The run.', schema: runSchema }, 404: error },
      },
      async ({ params }) => found(await queue.cancel(params.id as string), params.id as string),
    ),
    route(
      {
        method: 'post',
        path: '/api/runs/:id/front',
        tag,
        summary: 'Move a waiting run before all others',
        answers: {
          200: { description: 'The run.', schema: runSchema },
          404: error,
          409: { description: 'It does not wait any more.' },
        },
      },
      ({ params }) => {
        const id = params.id as string;
        const run = journal.runs.get(id);
        if (run && !queue.toFront(id))
          throw new HttpError(409, { code: 'run.not-waiting', message: 'The run does not wait any more.' });
        return found(run, id);
      },
    ),
    route(
      {
        method: 'delete',
        path: '/api/runs/:id',
        tag,
        summary: 'Forget a run that has ended, with the files it wrote',
        answers: {
          204: { description: 'Forgotten.' },
          404: error,
          409: { description: 'It has not ended.' },
        },
      },
      async ({ params }) => {
        const id = params.id as string;
        if (!journal.runs.get(id)) throw notFound('run', id);
        if (!journal.runs.remove(id, 'durable'))
          throw new HttpError(409, {
            code: 'run.not-over',
            message: 'The run has not ended. Cancel it first.',
          });
        await deps.removeOutputs(id);
        return { status: 204 };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/queue',
        tag: 'Queue',
        summary: 'See what waits and what is under way',
        answers: { 200: { description: 'The queue.', schema: queueSchema } },
      },
      state,
    ),
    route(
      {
        method: 'post',
        path: '/api/queue/pause',
        tag: 'Queue',
        summary: 'Start no more runs',
        description: 'Those under way go on. Holds across restarts.',
        answers: { 200: { description: 'The queue.', schema: queueSchema } },
      },
      () => {
        queue.pause();
        return state();
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/queue/resume',
        tag: 'Queue',
        summary: 'Start runs again',
        answers: { 200: { description: 'The queue.', schema: queueSchema } },
      },
      () => {
        queue.resume();
        return state();
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/queue/clear',
        tag: 'Queue',
        summary: 'Cancel all runs that wait',
        answers: { 200: { description: 'How many there were.', schema: z.object({ cancelled: z.int() }) } },
      },
      async () => ({ status: 200, json: { cancelled: await queue.clear() } }),
    ),
  ];
}
