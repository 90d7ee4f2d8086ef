import type { Message } from '../../../nodes/sdk/messages.ts';
import type { ErrorMessage, ProblemMessage } from '../../../server/protocol.ts';
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
    readonly problems: readonly ProblemMessage[] = [],
    /** After a conflict: the revision that the server has. */
    readonly revision?: number,
  ) {
    super(said.message);
    this.code = said.code;
    this.args = said.args;
  }
}

/** Everything that a request sends besides its address. */
export interface RequestOptions {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** An upload, sent instead of `body`. */
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Sends a request to the server: JSON in, JSON out.
 * @throws ApiError with a sentence
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
