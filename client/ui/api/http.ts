import type { Message } from '../../../nodes/sdk/messages.ts';
import type { ErrorMessage, ProblemMessage } from '../../../server/protocol.ts';
import { clientMessage } from '../strings/client-messages.ts';

/** An answer that is no success; the message is a sentence for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly args?: Message['args'];
  constructor(
    /** HTTP status; 0 where the server was not reached. */
    readonly status: number,
    said: Message,
    readonly problems: readonly ProblemMessage[] = [],
    /** The revision there is, after a conflict. */
    readonly revision?: number,
  ) {
    super(said.message);
    this.code = said.code;
    this.args = said.args;
  }
}

/** What is sent besides the address. */
export interface RequestOptions {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent instead of a body: an upload. */
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Asks the server, JSON in and out.
 * @throws ApiError with a sentence.
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { method = 'GET', body, form, headers, signal } = options;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, clientMessage('network'));
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as T;
  const { error } = (answer ?? {}) as Partial<ErrorMessage>;
  throw new ApiError(
    response.status,
    error ?? clientMessage('http', { status: response.status }),
    error?.problems ?? [],
    error?.revision,
  );
}
