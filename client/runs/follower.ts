import type { Said } from '../../nodes/sdk/messages.ts';
import type { WatchAnswer } from '../../server/contract/live.ts';
import type { RunDetail, RunEvent, WatchedResult } from '../../server/contract/run.ts';
import { isFinal } from '../../server/contract/run.ts';
import { messageOf } from '../ui/strings/message-of.ts';
import { applyEvent, type ShownRun, withDetail, withResults } from './run-state.ts';

/** The server calls that following needs. */
export interface RunServer {
  watch(runId: string, afterSeq: number): Promise<WatchAnswer | undefined>;
  unwatch(runId: string): void;
  /** @throws an error with `status` 404 if the run was deleted */
  detail(runId: string): Promise<RunDetail>;
}

/** Stores the followed runs. */
export interface RunBook {
  get(runId: string): ShownRun | undefined;
  set(run: ShownRun): void;
}

const AGAIN_MS = 500;
const LONGEST_MS = 10_000;

/**
 * Follows runs by the numbers of their events. It requests events that were missed while the network or the server was
 * down, ignores events that come twice, and loads results that did not come with the last event.
 */
export class RunFollower {
  private readonly followed = new Map<string, { fetching: boolean; tries: number }>();
  private closed = false;

  constructor(
    private readonly server: RunServer,
    private readonly book: RunBook,
  ) {}

  /** Follows a stored run until its results are there. */
  follow(runId: string): void {
    if (this.followed.has(runId)) return;
    this.followed.set(runId, { fetching: false, tries: 0 });
    void this.catchUp(runId);
  }

  /** Stops following a run that no tab shows. */
  leave(runId: string): void {
    if (this.followed.delete(runId)) this.server.unwatch(runId);
  }

  /** The server is reachable again: requests the missed events of every run. */
  online(): void {
    for (const runId of this.followed.keys()) void this.catchUp(runId);
  }

  /** Accepts an event from the server. The last one may carry the results. */
  take(event: RunEvent, results?: WatchedResult): void {
    const run = this.followed.has(event.runId) ? this.book.get(event.runId) : undefined;
    if (!run || event.seq <= run.seq) return;
    const next = applyEvent(run, event);
    if (next === run) {
      // An event before this one is missing.
      void this.catchUp(event.runId);
      return;
    }
    if (isFinal(next.status) && results) {
      // The run is over, and the server has sent everything.
      this.followed.delete(event.runId);
      this.book.set(withResults(next, results));
      return;
    }
    this.book.set(next);
    if (isFinal(next.status)) void this.fetch(event.runId);
  }

  close(): void {
    this.closed = true;
    this.followed.clear();
  }

  private async catchUp(runId: string): Promise<void> {
    const run = this.book.get(runId);
    if (!run) return this.leave(runId);
    if (isFinal(run.status)) return this.fetch(runId);
    const ack = await this.server.watch(runId, run.seq);
    if (!ack || ack.ok) return;
    this.lose(runId, ack.error);
  }

  private lose(runId: string, message: Said): void {
    const run = this.book.get(runId);
    this.leave(runId);
    if (run && !run.complete)
      this.book.set({
        ...run,
        status: isFinal(run.status) ? run.status : 'interrupted',
        message,
        complete: true,
      });
  }

  private async fetch(runId: string): Promise<void> {
    const own = this.followed.get(runId);
    if (!own || own.fetching) return;
    own.fetching = true;
    try {
      const detail = await this.server.detail(runId);
      const run = this.book.get(runId);
      if (run && this.followed.has(runId)) this.book.set(withDetail(run, detail));
      this.leave(runId);
    } catch (error) {
      const { status = 0 } = error as { status?: number };
      if (status >= 400 && status < 500) return this.lose(runId, messageOf(error));
      own.tries += 1;
      const wait = Math.min(LONGEST_MS, AGAIN_MS * 2 ** own.tries);
      setTimeout(() => {
        if (!this.closed) void this.fetch(runId);
      }, wait);
    } finally {
      own.fetching = false;
    }
  }
}
