import type { RunEventMessage } from '../../server/protocol.ts';
import { isFinal, type ShownRun } from './run-state.ts';

/** Events come one by one and many at a time: what arrives within a few milliseconds is drawn once. */
const DRAW_MS = 5;
/** The results of a run that has ended are asked for at once: this long its end waits to be drawn with them. */
const RESULTS_MS = 60;

/** When what is known of runs is drawn: seldom enough that a quick run is one picture and not ten. */
export class Drawing {
  private arrived: RunEventMessage[] = [];
  private readonly staged = new Map<string, ShownRun>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isTaking = false;

  constructor(
    private readonly draw: (run: ShownRun) => void,
    private readonly apply: (event: RunEventMessage) => void,
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
  take(event: RunEventMessage): void {
    this.arrived.push(event);
    if (event.type === 'runFinished') this.applyArrived();
    else this.timer ??= setTimeout(() => this.applyArrived(), DRAW_MS);
  }

  private applyArrived(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const events = this.arrived;
    this.arrived = [];
    this.isTaking = true;
    for (const event of events) this.apply(event);
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
