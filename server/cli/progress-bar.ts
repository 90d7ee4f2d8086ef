import type { EngineEvent } from '../engine/events.ts';
import { columnsOf, cut } from './columns.ts';
import type { PlaceOf } from './places.ts';

const WIDTH = 24;
/**
 * The time between two lines in a log, in milliseconds. The first line is written at once, to show that the run has
 * begun.
 */
const LOG_EVERY_MS = 10_000;

/** Draws the progress of a run on one line of a terminal. In a log it writes a plain line from time to time. */
export class ProgressBar {
  private readonly running = new Map<string, { done: number; total?: number }>();
  private finished = 0;
  private total = 0;
  private drawn = false;
  private logged = Number.NEGATIVE_INFINITY;
  private readonly placeOf: PlaceOf;
  private readonly stream: NodeJS.WriteStream;
  private readonly enabled: boolean;

  constructor(placeOf: PlaceOf, options: { stream?: NodeJS.WriteStream; quiet: boolean }) {
    this.placeOf = placeOf;
    this.stream = options.stream ?? process.stderr;
    this.enabled = !options.quiet;
  }

  on(event: EngineEvent): void {
    switch (event.type) {
      case 'runStarted':
        this.total = event.nodes.length;
        break;
      case 'nodeStarted':
        this.running.set(event.nodeId, { done: 0 });
        break;
      case 'nodeProgressed':
        this.running.set(event.nodeId, { done: event.done, total: event.total });
        break;
      case 'nodeCached':
      case 'nodeFinished':
      case 'nodeFailed':
      case 'nodeSkipped':
        this.running.delete(event.nodeId);
        this.finished += 1;
        break;
      default:
        return;
    }
    this.draw();
  }

  /** Removes the bar from the screen. */
  clear(): void {
    if (this.drawn) this.stream.write('\r\x1b[2K');
    this.drawn = false;
  }

  private draw(): void {
    if (!this.enabled) return;
    const current = [...this.running].at(-1);
    const counts = current?.[1].total ? ` ${current[1].done}/${current[1].total}` : '';
    const what = current ? `${this.placeOf(current[0])}${counts}` : '';
    const nodes = `${this.finished}/${this.total}`;
    if (this.stream.isTTY !== true) {
      if (performance.now() - this.logged < LOG_EVERY_MS) return;
      this.logged = performance.now();
      this.stream.write(`${nodes} nodes${what && `, ${what}`}\n`);
      return;
    }
    const inner = current?.[1].total ? Math.min(1, current[1].done / current[1].total) : 0;
    const share = this.total === 0 ? 0 : Math.min(1, (this.finished + inner) / this.total);
    const full = Math.round(share * WIDTH);
    const line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${nodes}  ${what}`;
    this.stream.write(`\r\x1b[2K${cut(line, columnsOf(this.stream) - 1)}`);
    this.drawn = true;
  }
}
