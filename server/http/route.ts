import type { Express, Request, Response } from 'express';
import type { z } from 'zod';
import { formatProblems } from '../../workflows/format-problems.ts';
import type { BodyName, BodyOf } from './gate/bodies.ts';
import type { Gate } from './gate/gate.ts';
import { HttpError, invalidWorkflow } from './http-error.ts';
import { requestText } from './request-text.ts';

/** What a route answers with, for the description. */
export interface AnswerDoc {
  readonly description: string;
  /** JSON of this shape; without it, `type` or nothing. */
  readonly schema?: z.ZodType;
  readonly type?: string;
}

/** What a handler is given: everything that came, checked. */
export interface Call<Q extends z.ZodObject = z.ZodObject, N extends BodyName = BodyName> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: z.output<Q>;
  readonly body: BodyOf<N>;
  readonly request: Request;
  readonly response: Response;
}

/** A handler's answer; undefined when it wrote to the response itself. */
export type Answer = { readonly status: number; readonly json?: unknown } | undefined;

interface RouteDoc<Q extends z.ZodObject, N extends BodyName> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As Express reads it: `/api/runs/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: Q;
  /** A JSON body of this name. */
  readonly body?: N;
  /** A file instead of JSON. */
  readonly upload?: boolean;
  /** Headers it looks at, with what they mean. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, AnswerDoc>>;
}

/** One route: its description and what it does, in one place. */
export interface Route extends RouteDoc<z.ZodObject, BodyName> {
  readonly handle: (call: Call) => Promise<Answer> | Answer;
}

/** Defines a route; its query and body are checked before the handler sees them. */
export function route<Q extends z.ZodObject, N extends BodyName>(
  doc: RouteDoc<Q, N>,
  handle: (call: Call<Q, N>) => Promise<Answer> | Answer,
): Route {
  return { ...doc, handle: handle as unknown as Route['handle'] };
}

function checkedQuery(schema: z.ZodObject | undefined, query: unknown): Record<string, unknown> {
  const parsed = schema?.safeParse(query);
  if (parsed && !parsed.success) {
    const problems = formatProblems(parsed.error, query).map((problem) => ({
      ...problem,
      code: 'request.query',
    }));
    throw new HttpError(
      400,
      { code: 'request.query', message: problems[0]?.message ?? 'The query is not valid.' },
      { problems },
    );
  }
  return parsed?.data ?? {};
}

// Nothing has a NUL in its name, and databases end texts at one.
function checkedParams(params: Request['params']): Record<string, string> {
  if (
    Object.values(params)
      .flat()
      .some((value) => value.includes('\0'))
  )
    throw new HttpError(400, { code: 'request.path', message: 'The address is not well-formed.' });
  return params as Record<string, string>;
}

async function checkedBody(gate: Gate, name: BodyName | undefined, request: Request): Promise<unknown> {
  if (name === undefined) return undefined;
  const { value, problems } = await gate.read(name, await requestText(request));
  if (!problems) return value;
  const [first] = problems;
  if (first?.code.startsWith('workflow.')) throw invalidWorkflow(problems);
  throw new HttpError(
    400,
    { code: first?.code ?? 'request.invalid', message: first?.message ?? 'The body is not valid.' },
    { problems },
  );
}

/** Puts routes onto an app. What a handler throws goes to the app's error handler. */
export function mount(app: Express, routes: readonly Route[], gate: Gate): void {
  for (const one of routes) {
    app[one.method](one.path, async (request: Request, response: Response) => {
      const params = checkedParams(request.params);
      const query = checkedQuery(one.query, request.query);
      const body = (await checkedBody(gate, one.body, request)) as Call['body'];
      const answer = await one.handle({ params, query, body, request, response });
      if (!answer) return;
      response.status(answer.status);
      if (answer.json === undefined) response.end();
      else response.json(answer.json);
    });
  }
}
