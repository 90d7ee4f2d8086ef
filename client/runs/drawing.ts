import type { RunEvent, WatchedResult } from '../../server/contract/run.ts';
import { isFinal } from '../../server/contract/run.ts';
import type { ShownRun } from './run-state.ts';

/** Events come one by one and many at a time: what arrives within a few milliseconds is drawn once. */
const DRAW_MS = 5;
/** A run that ends so soon is one picture, that of its end: so long its beginning waits, in milliseconds. */
const BLINK_MS = 80;
/** Results that did not come with the end of their run are asked for at once: this long the end waits to be drawn with them. */
const RESULTS_MS = 60;

/** An event, with the results where it is an end that brings them. */
type Arrival = readonly [event: RunEvent, results?: WatchedResult];

/** When what is known of runs is drawn: seldom enough that a quick run is one picture and not ten. */
export class Drawing {
  private arrived: Arrival[] = [];
  private readonly staged = new Map<string, ShownRun>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isTaking = false;

  constructor(
    private readonly draw: (run: ShownRun) => void,
    private readonly apply: (...arrival: Arrival) => void,
  ) {}

  /** What is known of a run but not drawn yet. */
  get(runId: string): ShownRun | undefined {
    return this.staged.get(runId);
  }

  /** A run is another than before. */
  set(run: ShownRun): void {
    if (this.isTaking) {
      this.staged.set(run.id, run);
      return;
    }
    this.staged.delete(run.id);
    this.draw(run);
  }

  /** An event has come. */
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

  /** The results are late: the end is drawn without them. */
  private drawLate(run: ShownRun): void {
    if (this.staged.get(run.id) === run) this.set(run);
  }
}
