import type { Message } from './messages.ts';
import { word } from './words.ts';

/**
 * The data of an error; all of it may be shown to a user. The message says what happened, to which node and field, and what to
 * do. It must be clear on its own, so it may begin with the title of its node ("*Cosine* cannot compare ...").
 */
export interface ErrorDetails extends Message {
  readonly nodeId?: string;
  readonly port?: string;
  readonly param?: string;
  readonly expected?: string;
  readonly got?: string;
}

/** The base class of all errors with a message for people. It keeps the cause for the log. */
export class PatchbayError extends Error implements ErrorDetails {
  override readonly name = 'PatchbayError';
  readonly code: string;
  readonly args?: Message['args'];
  readonly nodeId?: string;
  readonly port?: string;
  readonly param?: string;
  readonly expected?: string;
  readonly got?: string;

  constructor(details: ErrorDetails, options?: { cause?: unknown }) {
    super(details.message, options);
    this.code = details.code;
    this.args = details.args;
    this.nodeId = details.nodeId;
    this.port = details.port;
    this.param = details.param;
    this.expected = details.expected;
    this.got = details.got;
  }

  /** The same error, placed on a node, port or param. A place that the error already has does not change. */
  at(place: { nodeId?: string; port?: string; param?: string }): PatchbayError {
    return new PatchbayError(
      {
        ...this.toJSON(),
        nodeId: this.nodeId ?? place.nodeId,
        port: this.port ?? place.port,
        param: this.param ?? place.param,
      },
      { cause: this.cause },
    );
  }

  /** The error as plain data, without stack and cause, for clients and `--json`. */
  toJSON(): ErrorDetails {
    const { code, args, message, nodeId, port, param, expected, got } = this;
    return {
      code,
      ...(args !== undefined && { args }),
      message,
      ...(nodeId !== undefined && { nodeId }),
      ...(port !== undefined && { port }),
      ...(param !== undefined && { param }),
      ...(expected !== undefined && { expected }),
      ...(got !== undefined && { got }),
    };
  }
}

/** The message of an error or problem, for a hole in another message. */
export function messageOf({ code, args, message }: Message): Message {
  return args === undefined ? { code, message } : { code, args, message };
}

/** The error of work that stops because its signal fired; see {@link throwIfAborted}. */
export class CancelledError extends PatchbayError {
  constructor() {
    super(word('run.cancelled'));
  }
}

/** Loops call this once per batch. @throws CancelledError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError();
}
