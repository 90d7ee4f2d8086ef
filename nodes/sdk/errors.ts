/** What every error of Patchbay can say about itself; all of it may be shown to a user. */
export interface ErrorDetails {
  /** Stable, lower-case, dotted: `image.unreadable`. Scripts may match on it; people read the message. */
  readonly code: string;
  /**
   * One sentence: what happened, where, what to do. It stands alone, so it may begin with its node's title ("Cosine needs
   * ..."); a caller that puts the node in front leaves that title out, and never says it twice.
   */
  readonly message: string;
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
  readonly nodeId?: string;
  readonly port?: string;
  readonly param?: string;
  readonly expected?: string;
  readonly got?: string;

  constructor(details: ErrorDetails, options?: { cause?: unknown }) {
    super(details.message, options);
    this.code = details.code;
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
    const { code, message, nodeId, port, param, expected, got } = this;
    return {
      code,
      message,
      ...(nodeId !== undefined && { nodeId }),
      ...(port !== undefined && { port }),
      ...(param !== undefined && { param }),
      ...(expected !== undefined && { expected }),
      ...(got !== undefined && { got }),
    };
  }
}

/** Thrown by {@link throwIfAborted} and by everything that stops because its signal fired. */
export class CancelledError extends PatchbayError {
  constructor() {
    super({ code: 'run.cancelled', message: 'The run was cancelled.' });
  }
}

/** @throws CancelledError when the signal has fired. Loops call it once a batch. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError();
}
