import type { RunEvent, WatchedResult } from '../../server/contract/run.ts';
import { isFinal } from '../../server/contract/run.ts';
import { BLINK_MS } from '../ui/use-late.ts';
import type { ShownRun } from './run-state.ts';

/** Events that arrive within this many milliseconds are drawn together. */
const DRAW_MS = 5;
/**
 * Large results are not part of the last event and must be requested. The end waits this many milliseconds for them.
 */
const RESULTS_MS = 60;

/** Events of one run, in order. The last event of a run may bring its results. */
type Arrival = readonly [events: readonly RunEvent[], results?: WatchedResult];

/** Decides when changes of runs are drawn, so that a quick run is drawn once instead of ten times. */
export class Drawing {
  private arrived: Arrival[] = [];
  private readonly staged = new Map<string, ShownRun>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isTaking = false;

  constructor(
    private readonly draw: (run: ShownRun) => void,
    private readonly apply: (event: RunEvent, results?: WatchedResult) => void,
  ) {}

  /** The newest state of a run that is not drawn yet. */
  get(runId: string): ShownRun | undefined {
    return this.staged.get(runId);
  }

  /** Replaces the state of a run. */
  set(run: ShownRun): void {
    if (this.isTaking) {
      this.staged.set(run.id, run);
      return;
    }
    this.staged.delete(run.id);
    this.draw(run);
  }

  /** Accepts events of a run. */
  take(...arrival: Arrival): void {
    this.arrived.push(arrival);
    const types = arrival[0].map(({ type }) => type);
    const isStart = types.every((type) => type === 'runQueued' || type === 'runStarted');
    if (types.includes('runFinished')) this.applyArrived();
    else this.timer ??= setTimeout(() => this.applyArrived(), isStart ? BLINK_MS : DRAW_MS);
  }

  private applyArrived(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const arrivals = this.arrived;
    this.arrived = [];
    this.isTaking = true;
    for (const [events, results] of arrivals) for (const event of events) this.apply(event, results);
    this.isTaking = false;
    for (const run of [...this.staged.values()]) {
      if (isFinal(run.status) && !run.complete) setTimeout(() => this.drawLate(run), RESULTS_MS);
      else this.set(run);
    }
  }

  /** Draws the end without the results, because they are late. */
  private drawLate(run: ShownRun): void {
    if (this.staged.get(run.id) === run) this.set(run);
  }
}
