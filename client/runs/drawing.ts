import type { RunEvent, WatchedResult } from '../../server/contract/run.ts';
import { isFinal } from '../../server/contract/run.ts';
import type { ShownRun } from './run-state.ts';

/** Events that arrive within this many milliseconds are drawn together. */
const DRAW_MS = 5;
/** The start of a run waits this many milliseconds, so that a shorter run is drawn only once, with its end. */
const BLINK_MS = 80;
/**
 * Large results are not part of the last event and must be requested. The end waits this many milliseconds for them.
 */
const RESULTS_MS = 60;

/** An event. The last event of a run may include its results. */
type Arrival = readonly [event: RunEvent, results?: WatchedResult];

/** Decides when changes of runs are drawn, so that a quick run is drawn once instead of ten times. */
export class Drawing {
  private arrived: Arrival[] = [];
  private readonly staged = new Map<string, ShownRun>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isTaking = false;

  constructor(
    private readonly draw: (run: ShownRun) => void,
    private readonly apply: (...arrival: Arrival) => void,
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

  /** Accepts an event. */
  take(...arrival: Arrival): void {
    this.arrived.push(arrival);
    const [{ type }] = arrival;
    const wait = type === 'runQueued' || type === 'runStarted' ? BLINK_MS : DRAW_MS;
    if (type === 'runFinished') this.applyArrived();
    else this.timer ??= setTimeout(() => this.applyArrived(), wait);
  }

  private applyArrived(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const arrivals = this.arrived;
    this.arrived = [];
    this.isTaking = true;
    for (const arrival of arrivals) this.apply(...arrival);
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
