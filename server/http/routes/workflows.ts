import { z } from 'zod';
import {
  pageOf,
  pageQuerySchema,
  problemSchema,
  runDetailSchema,
  runSchema,
  savedWorkflowSchema,
  workflowEntrySchema,
} from '../../protocol.ts';
import type { SavedWorkflow } from '../../store/workflows.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { Hub } from '../hub.ts';
import { type Answer, type Route, route } from '../route.ts';
import { STARTER } from '../starters.ts';
import { IDEMPOTENCY_HEADER, type RunRouteDeps, runDetail, submitRun } from './runs.ts';

/** What the routes of workflows need. */
export interface WorkflowRouteDeps extends RunRouteDeps {
  readonly hub: Hub;
  readonly starters: ReadonlyMap<string, SavedWorkflow>;
}

const revisionQuery = z.object({ revision: z.coerce.number().int().min(1).optional() });

const withWorkflow = ({ text, ...entry }: SavedWorkflow) => ({ ...entry, workflow: JSON.parse(text) });
const withoutText = ({ text: _, ...entry }: SavedWorkflow) => entry;

/** `/api/workflows` and `/api/validate`. */
export function workflowRoutes(deps: WorkflowRouteDeps): Route[] {
  const { journal, gate, hub, starters } = deps;
  const tag = 'Workflows';
  const missing = { description: 'There is no such workflow.' };
  const conflict = {
    description: 'It was saved by somebody else meanwhile; `error.revision` is the present one.',
  };

  const find = (id: string, revision?: number): SavedWorkflow => {
    const workflow = id.startsWith(STARTER) ? starters.get(id) : journal.workflows.get(id, revision);
    if (!workflow) throw notFound('workflow', id);
    return workflow;
  };
  const changeable = (id: string) => {
    if (id.startsWith(STARTER))
      throw new HttpError(403, {
        code: 'workflow.read-only',
        message: 'A starter cannot be changed. Save it as a workflow of your own.',
      });
    return id;
  };

  return [
    route(
      {
        method: 'get',
        path: '/api/starters',
        tag,
        summary: 'List the workflows that ship',
        answers: {
          200: { description: 'All of them.', schema: z.object({ items: z.array(workflowEntrySchema) }) },
        },
      },
      () => ({ status: 200, json: { items: [...starters.values()].map(withoutText) } }),
    ),
    route(
      {
        method: 'get',
        path: '/api/workflows',
        tag,
        summary: 'List saved workflows, newest first',
        query: pageQuerySchema,
        answers: { 200: { description: 'One page.', schema: pageOf(workflowEntrySchema) } },
      },
      ({ query }) => ({ status: 200, json: journal.workflows.list(query) }),
    ),
    route(
      {
        method: 'post',
        path: '/api/workflows',
        tag,
        summary: 'Save a new workflow',
        description: 'It need not be able to run.',
        body: 'createWorkflow',
        answers: { 201: { description: 'Saved.', schema: workflowEntrySchema } },
      },
      ({ body, response }) => {
        const entry = journal.workflows.create(body.workflow);
        response.location(`/api/workflows/${entry.id}`);
        return { status: 201, json: entry };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/workflows/:id',
        tag,
        summary: 'Get a workflow',
        description: 'A saved one, or one that ships as `starter:NAME`.',
        query: revisionQuery,
        answers: { 200: { description: 'The workflow.', schema: savedWorkflowSchema }, 404: missing },
      },
      ({ params, query }) => ({ status: 200, json: withWorkflow(find(params.id as string, query.revision)) }),
    ),
    route(
      {
        method: 'get',
        path: '/api/workflows/:id/revisions',
        tag,
        summary: 'List the revisions that are kept, newest first',
        answers: {
          200: {
            description: 'The last hundred.',
            schema: z.object({
              items: z.array(z.object({ revision: z.int(), createdAt: z.iso.datetime() })),
            }),
          },
          404: missing,
        },
      },
      ({ params }) => {
        const { id, createdAt } = find(params.id as string);
        const items = id.startsWith(STARTER) ? [{ revision: 1, createdAt }] : journal.workflows.revisions(id);
        return { status: 200, json: { items } };
      },
    ),
    route(
      {
        method: 'put',
        path: '/api/workflows/:id',
        tag,
        summary: 'Save a workflow',
        body: 'updateWorkflow',
        answers: { 200: { description: 'Saved.', schema: workflowEntrySchema }, 404: missing, 409: conflict },
      },
      ({ params, body }) => {
        const id = changeable(params.id as string);
        const entry = journal.workflows.update(id, body.revision, body.workflow);
        if (!entry) throw notFound('workflow', id);
        return { status: 200, json: entry };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/api/workflows/:id',
        tag,
        summary: 'Delete a workflow with its revisions',
        description: 'With `revision`, only if that is the present one.',
        query: revisionQuery,
        answers: { 204: { description: 'Deleted.' }, 404: missing, 409: conflict },
      },
      ({ params, query }) => {
        const id = changeable(params.id as string);
        if (!journal.workflows.remove(id, query.revision)) throw notFound('workflow', id);
        return { status: 204 };
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/workflows/:id/run',
        tag,
        summary: 'Run a workflow with its named inputs',
        description:
          'The workflow as an endpoint. `sync` waits for the end and answers with the results under `outputs`; `async` answers at once.',
        body: 'runSaved',
        headers: IDEMPOTENCY_HEADER,
        answers: {
          200: { description: 'It has ended.', schema: runDetailSchema },
          202: { description: 'It waits or is under way.', schema: runSchema },
          400: { description: 'An input does not exist, or the workflow cannot run with these.' },
          404: missing,
        },
      },
      async (call): Promise<Answer> => {
        const { text, id, revision } = find(call.params.id as string);
        const { mode, timeout, ...wishes } = call.body;
        const submission = { ...wishes, workflow: text, workflowId: id, workflowRevision: revision };
        const { run } = await submitRun(deps, call, submission);
        if (mode === 'sync') {
          const left = AbortSignal.timeout(timeout * 1000);
          const gone = new AbortController();
          call.response.once('close', () => gone.abort());
          if (journal.runs.get(run.id)?.finishedAt === null)
            await hub.ended(run.id, AbortSignal.any([left, gone.signal]));
        }
        const now = journal.runs.get(run.id) ?? run;
        return now.finishedAt === null
          ? { status: 202, json: now }
          : { status: 200, json: runDetail(journal, run.id) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/validate',
        tag,
        summary: 'Check a workflow without running it',
        body: 'validate',
        answers: {
          200: {
            description: 'All problems, and what is known of every output by node and port.',
            schema: z.object({ problems: z.array(problemSchema), info: z.json() }),
          },
        },
      },
      async ({ body }) => ({
        status: 200,
        json: await gate.inspect(body.workflow.text, { targets: body.targets }),
      }),
    ),
  ];
}
