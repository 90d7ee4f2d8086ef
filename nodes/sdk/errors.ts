import type { Message } from './messages.ts';
import { word } from './words.ts';

/**
 * What every error of Patchbay can say about itself; all of it may be shown to a user. Its message says what happened, to which node
 * and field, and what to do. It stands alone, so it may begin with the title of its node ("Cosine needs ...").
 */
export interface ErrorDetails extends Message {
  readonly nodeId?: string;
  readonly port?: string;
  readonly param?: string;
  readonly expected?: string;
  readonly got?: string;
}

/** The one base class of errors whose message is meant for people; keeps its cause for the log. */
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

  /** The same error, placed on a node; what was already placed stays where it is. */
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

  /** The plain-data form sent to clients and printed by `--json`: no stack, no cause. */
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

/** The message of an error alone, without the node and field it is placed on. */
export function messageOf({ code, args, message }: PatchbayError): Message {
  return args === undefined ? { code, message } : { code, args, message };
}

/** Thrown by {@link throwIfAborted} and by everything that stops because its signal fired. */
export class CancelledError extends PatchbayError {
  constructor() {
    super(word('run.cancelled'));
  }
}

/** @throws CancelledError when the signal has fired. Loops call it once a batch. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError();
}
