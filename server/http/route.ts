import type { Express, Request, Response } from 'express';
import type { z } from 'zod';
import { formatProblems } from '../../workflows/format-problems.ts';
import { type PathParams, ROUTES, type RouteContract, type RouteName } from '../contract/http.ts';
import type { BodyOf, BodyRoute } from './gate/bodies.ts';
import type { Gate } from './gate/gate.ts';
import type { Reading } from './gate/read-body.ts';
import { HttpError, invalidWorkflow } from './http-error.ts';
import { requestText } from './request-text.ts';

/** What an answer means, for the description; its JSON is in the contract. */
export interface AnswerDoc {
  readonly description: string;
  /** Media type of an answer that is not JSON. */
  readonly type?: string;
}

/** What a handler is given. */
export interface Call<N extends RouteName = RouteName> {
  readonly params: Readonly<Record<PathParams<N>, string>>;
  readonly query: (typeof ROUTES)[N] extends { readonly query: infer Q extends z.ZodType }
    ? z.output<Q>
    : unknown;
  /** Reads and checks the JSON body. @throws HttpError with all that is wrong with it */
  readonly body: N extends BodyRoute ? () => Promise<BodyOf<N>> : unknown;
  /** Reads the text of the JSON body, for a handler that has the gate check it. @throws HttpError */
  readonly text: () => Promise<string>;
  readonly request: Request;
  readonly response: Response;
}

type Successes<N extends RouteName> = (typeof ROUTES)[N]['answers'];
type AnswerOf<S, A> = A extends z.ZodType
  ? { readonly status: S; readonly json: z.output<A> }
  : { readonly status: S; readonly json?: undefined };
type AnswersBy<A> = { [S in keyof A & number]: AnswerOf<S, A[S]> }[keyof A & number];

/** A handler's answer by the contract; undefined when it wrote to the response itself. */
export type Answer<N extends RouteName> = AnswersBy<Successes<N>> | undefined;

/** An answer with its status and, where there is one, its JSON. */
export function answer<const S extends number>(status: S): { readonly status: S };
export function answer<const S extends number, J>(
  status: S,
  json: J,
): { readonly status: S; readonly json: J };
export function answer(status: number, json?: unknown): AnyAnswer {
  return { status, json };
}

interface RouteDoc<N extends RouteName> {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Headers it looks at, with what they mean. */
  readonly headers?: Readonly<Record<string, string>>;
  /** All successes of the contract, and the errors that are worth a word. */
  readonly answers: Readonly<Record<keyof Successes<N> & number, AnswerDoc> & Record<number, AnswerDoc>>;
}

interface AnyCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly text: () => Promise<string>;
  readonly request: Request;
  readonly response: Response;
}

/** One route: its contract, its description, and what it does. */
export interface Route extends Omit<RouteDoc<RouteName>, 'answers'> {
  readonly name: RouteName;
  readonly contract: RouteContract;
  readonly answers: Readonly<Record<number, AnswerDoc>>;
  // As a method: a handler takes the call of its own route, which `mount` makes by the same contract.
  handle(call: AnyCall): AnyAnswer | Promise<AnyAnswer>;
}

type AnyAnswer = { readonly status: number; readonly json?: unknown } | undefined;

/** Defines what a route of the contract does; its query is checked before the handler sees it. */
export function route<N extends RouteName>(
  name: N,
  doc: RouteDoc<N>,
  handle: (call: Call<N>) => Promise<Answer<N>> | Answer<N>,
): Route {
  return { ...doc, name, contract: ROUTES[name], handle };
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

/** What the gate read. @throws HttpError 400 with all problems, of the workflow or of the rest of the body */
export function checkedValue<T>({ value, problems }: Reading<T>): T {
  if (!problems) return value;
  const [first] = problems;
  if (first?.code.startsWith('request.'))
    throw new HttpError(400, { code: first.code, message: first.message }, { problems });
  throw invalidWorkflow(problems);
}

/** Puts routes onto an app. Errors that a handler throws go to the app's error handler. */
export function mount(app: Express, routes: readonly Route[], gate: Gate): void {
  for (const one of routes) {
    const { name, contract } = one;
    const method = contract.method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';
    app[method](contract.path, async (request: Request, response: Response) => {
      const params = checkedParams(request.params);
      const query = checkedQuery(contract.query, request.query);
      const text = () => requestText(request);
      const body = async () => checkedValue(await gate.read(name as BodyRoute, await text()));
      const answered = await one.handle({ params, query, body, text, request, response });
      if (!answered) return;
      response.status(answered.status);
      if (answered.json === undefined) response.end();
      else response.json(answered.json);
    });
  }
}
