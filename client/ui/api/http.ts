import type { Message } from '../../../nodes/sdk/messages.ts';
import type { ErrorBody, Problem } from '../../../server/contract/basics.ts';
import {
  type PathParams,
  ROUTES,
  type RouteAnswer,
  type RouteBody,
  type RouteName,
  type RouteQuery,
} from '../../../server/contract/http.ts';
import { clientMessage } from '../strings/client-messages.ts';

/** The server answered with an error, or did not answer. The message is a sentence for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly args?: Message['args'];
  constructor(
    /** HTTP status; 0 if the server did not answer. */
    readonly status: number,
    said: Message,
    readonly problems: readonly Problem[] = [],
    /** After a conflict: the revision that the server has. */
    readonly revision?: number,
  ) {
    super(said.message);
    this.code = said.code;
    this.args = said.args;
  }
}

type Parts<N extends RouteName> = Readonly<Record<PathParams<N>, string>>;

/** The options of a call to a route of the contract: the parts of its path, its query, and its body or file. */
export type CallOptions<N extends RouteName> = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
} & ([PathParams<N>] extends [never] ? unknown : { readonly params: Parts<N> }) &
  ([RouteQuery<N>] extends [never] ? unknown : { readonly query?: RouteQuery<N> }) &
  ([RouteBody<N>] extends [never] ? unknown : { readonly body: RouteBody<N> }) &
  ((typeof ROUTES)[N] extends { readonly upload: true } ? { readonly form: FormData } : unknown);

/** The same options without the type of a certain route. */
interface AnyOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: object;
  readonly body?: unknown;
  readonly form?: FormData;
}

function filled(path: string, params: Readonly<Record<string, string>> = {}, query: object = {}): string {
  const address = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return address;
  return `${address}?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}

/** The address of a route, for links and pictures. */
export const addressOf = <N extends RouteName>(
  name: N,
  params: Parts<N>,
  query?: RouteQuery<N> & object,
): string => filled(ROUTES[name].path, params, query);

/**
 * Calls a route of the contract. Sends and receives JSON.
 * @throws ApiError with a message for people
 */
export async function call<N extends RouteName>(
  name: N,
  ...[given]: Record<never, never> extends CallOptions<N> ? [CallOptions<N>?] : [CallOptions<N>]
): Promise<RouteAnswer<N>> {
  const { method, path } = ROUTES[name];
  const { params, query, body, form, headers, signal }: AnyOptions = given ?? {};
  let response: Response;
  try {
    response = await fetch(filled(path, params, query), {
      method,
      signal,
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, clientMessage('network'));
  }
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  // Server and client share the contract, so a successful answer has the type that the contract states.
  if (response.ok) return answer as RouteAnswer<N>;
  const { error } = (answer ?? {}) as Partial<ErrorBody>;
  throw new ApiError(
    response.status,
    error ?? clientMessage('http', { status: response.status }),
    error?.problems ?? [],
    error?.revision,
  );
}
