import { requestMessage } from '../../contract/messages/requests.ts';
import type { StoredWorkflow } from '../../store/workflows.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { Notices } from '../notices.ts';
import { answer, checkedValue, type Route, route } from '../route.ts';
import { STARTER } from '../starters.ts';
import { DELETED, IDEMPOTENCY_HEADER, IN_TRASH, queueRun, type RunRouteDeps, runDetail } from './runs.ts';

/** The parts that the routes of workflows use. */
export interface WorkflowRouteDeps extends RunRouteDeps {
  readonly notices: Notices;
  readonly starters: ReadonlyMap<string, StoredWorkflow>;
}

const withWorkflow = ({ text, ...entry }: StoredWorkflow) => ({ ...entry, workflow: JSON.parse(text) });
const withoutText = ({ text: _, ...entry }: StoredWorkflow) => entry;

/** `/api/workflows` and `/api/validate`. */
export function workflowRoutes(deps: WorkflowRouteDeps): Route[] {
  const { journal, gate, notices, starters, stopping } = deps;
  const tag = 'Workflows';
  const missing = { description: 'There is no such workflow.' };
  const conflict = {
    description: 'It was saved elsewhere in the meantime; `error.revision` is its current revision.',
  };

  const find = (id: string, revision?: number): StoredWorkflow => {
    const workflow = id.startsWith(STARTER) ? starters.get(id) : journal.workflows.get(id, revision);
    if (!workflow) throw notFound('workflow', id);
    return workflow;
  };
  const changeable = (id: string) => {
    if (id.startsWith(STARTER)) throw new HttpError(403, requestMessage('workflow.read-only'));
    return id;
  };

  return [
    route(
      'listStarters',
      {
        tag,
        summary: 'List the templates of Patchbay',
        answers: {
          200: { description: 'All of them.' },
        },
      },
      () => answer(200, { items: [...starters.values()].map(withoutText) }),
    ),
    route(
      'listWorkflows',
      {
        tag,
        summary: 'List saved workflows, last used first',
        answers: { 200: { description: 'One page.' } },
      },
      ({ query }) => answer(200, journal.workflows.list(query)),
    ),
    route(
      'createWorkflow',
      {
        tag,
        summary: 'Save a new workflow',
        description: 'A workflow that cannot run yet can be saved, too.',
        answers: { 201: { description: 'Saved.' } },
      },
      async ({ body, response }) => {
        const entry = journal.workflows.create((await body()).workflow);
        response.location(`/api/workflows/${entry.id}`);
        return answer(201, entry);
      },
    ),
    route(
      'getWorkflow',
      {
        tag,
        summary: 'Get a workflow',
        description: 'A saved workflow, or a template as `starter:NAME`.',
        answers: { 200: { description: 'The workflow.' }, 404: missing },
      },
      ({ params, query }) => answer(200, withWorkflow(find(params.id, query.revision))),
    ),
    route(
      'listRevisions',
      {
        tag,
        summary: 'List the kept revisions of a workflow, newest first',
        answers: {
          200: {
            description: 'Up to 100 revisions.',
          },
          404: missing,
        },
      },
      ({ params }) => {
        const { id, createdAt } = find(params.id);
        const items = id.startsWith(STARTER) ? [{ revision: 1, createdAt }] : journal.workflows.revisions(id);
        return answer(200, { items });
      },
    ),
    route(
      'updateWorkflow',
      {
        tag,
        summary: 'Save a workflow',
        answers: { 200: { description: 'Saved.' }, 404: missing, 409: conflict },
      },
      async ({ params, body }) => {
        const { revision, workflow } = await body();
        const id = changeable(params.id);
        const entry = journal.workflows.update(id, revision, workflow);
        if (!entry) throw notFound('workflow', id);
        deps.notices.workflowChanged({ id, revision: entry.revision });
        return answer(200, entry);
      },
    ),
    route(
      'useWorkflow',
      {
        tag,
        summary: 'Note that somebody opened a workflow',
        description: 'Lists show the workflow that was opened, saved or run last first.',
        answers: { 204: { description: 'Noted.' }, 404: missing },
      },
      ({ params: { id } }) => {
        if (!journal.workflows.use(changeable(id))) throw notFound('workflow', id);
        return answer(204);
      },
    ),
    route(
      'deleteWorkflow',
      {
        tag,
        summary: 'Delete a workflow with its revisions',
        description: `With \`revision\`, only if it is the current revision. ${IN_TRASH}`,
        answers: {
          200: DELETED,
          404: missing,
          409: conflict,
        },
      },
      async ({ params, query }) => {
        const id = changeable(params.id);
        const entry = await deps.trash.addWorkflow(id, query.revision);
        if (!entry) throw notFound('workflow', id);
        deps.notices.workflowChanged({ id, revision: null });
        return answer(200, entry);
      },
    ),
    route(
      'runWorkflow',
      {
        tag,
        summary: 'Run a workflow with its named inputs',
        description:
          'The workflow as an endpoint. `sync` waits until the run has ended and answers with the results under `outputs`. `async` answers at once.',
        headers: IDEMPOTENCY_HEADER,
        answers: {
          200: { description: 'The run has ended.' },
          202: { description: 'The run is queued or running. In a paused queue, `sync` answers so at once.' },
          400: { description: 'An input does not exist, or the workflow cannot run with these inputs.' },
          404: missing,
          503: {
            description:
              'The server is stopping; `error.args.id` is the run, which goes on at the next start.',
          },
        },
      },
      async (call) => {
        const { mode, timeout, ...wishes } = await call.body();
        const { text, id, revision } = find(call.params.id);
        const { run } = await queueRun(
          deps,
          call,
          JSON.stringify([id, revision, wishes]),
          () => gate.saved(text, { ...wishes, workflowId: id }),
          revision,
        );
        if (mode === 'sync') {
          const left = AbortSignal.timeout(timeout * 1000);
          const gone = new AbortController();
          call.response.once('close', () => gone.abort());
          const stays = deps.queue.state().paused && journal.runs.get(run.id)?.status === 'queued';
          if (!stays && journal.runs.get(run.id)?.finishedAt === null)
            await notices.ended(run.id, AbortSignal.any([left, gone.signal, stopping]));
        }
        const now = journal.runs.get(run.id) ?? run;
        if (now.finishedAt === null && mode === 'sync' && stopping.aborted)
          throw new HttpError(503, requestMessage('server.stopping', { id: run.id }));
        return now.finishedAt === null ? answer(202, now) : answer(200, runDetail(journal, run.id));
      },
    ),
    route(
      'validateWorkflow',
      {
        tag,
        summary: 'Check a workflow without running it',
        answers: {
          200: {
            description: 'All problems, and the known facts about every output by node and port.',
          },
        },
      },
      async ({ text }) => answer(200, checkedValue(await gate.inspect(await text()))),
    ),
  ];
}
