import type { Express, Request, Response } from 'express';
import type { z } from 'zod';
import { type PathParams, ROUTES, type RouteContract, type RouteName } from '../contract/http.ts';
import { requestMessage } from '../contract/messages/requests.ts';
import type { BodyOf, BodyRoute } from './gate/bodies.ts';
import type { Gate } from './gate/gate.ts';
import type { Reading } from './gate/read-body.ts';
import { HttpError, invalidWorkflow } from './http-error.ts';
import { requestProblems } from './request-problems.ts';
import { requestText } from './request-text.ts';

/** Describes an answer for the OpenAPI document. The contract has the schema of its JSON. */
export interface AnswerDoc {
  readonly description: string;
  /** Media type of an answer that is not JSON. */
  readonly type?: string;
}

/** The request, as a handler gets it. */
export interface Call<N extends RouteName = RouteName> {
  readonly params: Readonly<Record<PathParams<N>, string>>;
  readonly query: (typeof ROUTES)[N] extends { readonly query: infer Q extends z.ZodType }
    ? z.output<Q>
    : unknown;
  /** Reads and checks the JSON body. @throws HttpError with all its problems */
  readonly body: N extends BodyRoute ? () => Promise<BodyOf<N>> : unknown;
  /** Reads the text of the JSON body, for a handler that lets the gate check it. @throws HttpError */
  readonly text: () => Promise<string>;
  readonly request: Request;
  readonly response: Response;
}

type Successes<N extends RouteName> = (typeof ROUTES)[N]['answers'];
type AnswerOf<S, A> = A extends z.ZodType
  ? { readonly status: S; readonly json: z.output<A> }
  : { readonly status: S; readonly json?: undefined };
type AnswersBy<A> = { [S in keyof A & number]: AnswerOf<S, A[S]> }[keyof A & number];

/** The answer of a handler, as the contract defines it; undefined if the handler wrote the response itself. */
export type Answer<N extends RouteName> = AnswersBy<Successes<N>> | undefined;

/** Makes an answer of a status and, if it has one, its JSON. */
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
  /** The request headers it reads, with their meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  /** All successes of the contract, and the errors worth describing. */
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

/** A route: its contract, its description and its handler. */
export interface Route extends Omit<RouteDoc<RouteName>, 'answers'> {
  readonly name: RouteName;
  readonly contract: RouteContract;
  readonly answers: Readonly<Record<number, AnswerDoc>>;
  // A method and not a property, because a handler takes the call of its own route. `mount` makes that call.
  handle(call: AnyCall): AnyAnswer | Promise<AnyAnswer>;
}

type AnyAnswer = { readonly status: number; readonly json?: unknown } | undefined;

/** Defines the handler of a route of the contract. The query is checked before the handler gets it. */
export function route<N extends RouteName>(
  name: N,
  doc: RouteDoc<N>,
  handle: (call: Call<N>) => Promise<Answer<N>> | Answer<N>,
): Route {
  return { ...doc, name, contract: ROUTES[name], handle };
}

function checkedQuery(schema: z.ZodObject | undefined, query: unknown): Record<string, unknown> {
  const parsed = schema?.safeParse(query);
  if (parsed && !parsed.success) checkedValue({ problems: requestProblems(parsed.error, query) });
  return parsed?.data ?? {};
}

// NUL characters are refused: no valid name has one, and SQLite would cut the text there.
function checkedParams(params: Request['params']): Record<string, string> {
  if (
    Object.values(params)
      .flat()
      .some((value) => value.includes('\0'))
  )
    throw new HttpError(400, requestMessage('request.path'));
  return params as Record<string, string>;
}

/** Returns the checked value. @throws HttpError 400 with all problems of the workflow, or of the rest of the request */
export function checkedValue<T>({ value, problems }: Reading<T>): T {
  if (!problems) return value;
  const [first, ...others] = problems;
  if (!first) throw new Error('A request was refused without a problem.');
  const { code, args, message } = first;
  if (code.startsWith('request.'))
    throw new HttpError(400, { code, ...(args && { args }), message }, { problems });
  throw invalidWorkflow([first, ...others]);
}

/** Adds routes to an app. The error handler of the app gets the errors that a handler throws. */
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
