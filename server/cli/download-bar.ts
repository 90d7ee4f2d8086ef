import type { FetchProgress } from '../hub/fetch-model.ts';
import { Rate, secondsLeft } from '../hub/rate.ts';
import { columnsOf, cut } from './columns.ts';

const WIDTH = 24;
/** The shortest time between two drawings, in milliseconds. */
const DRAW_MS = 100;

const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** Formats bytes: `352 MB`. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** Formats seconds: `1:05`, `2:03:00`. */
export function clockText(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/**
 * Draws a download on one line of a terminal: size, speed and time left. In a log it only writes that the download
 * begins.
 */
export class DownloadBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #quiet: boolean;
  readonly #rate = new Rate();
  #drawnAt = Number.NEGATIVE_INFINITY;
  #said = new Set<string>();

  constructor({ quiet, stream = process.stderr }: { quiet: boolean; stream?: NodeJS.WriteStream }) {
    this.#quiet = quiet;
    this.#stream = stream;
  }

  on({ state, plan, doneBytes, totalBytes, fetchedBytes, file }: FetchProgress): void {
    if (this.#quiet) return;
    this.#rate.add(fetchedBytes);
    if (state === 'waiting') this.#say('Another process fetches this model; waiting for it.');
    if (state !== 'downloading' || !plan) return;
    if (!this.#stream.isTTY) {
      this.#say(`Fetching ${plan.repo} (${plan.precision}), ${sizeText(totalBytes)}.`);
      return;
    }
    const now = performance.now();
    if (now - this.#drawnAt < DRAW_MS) return;
    this.#drawnAt = now;
    const share = totalBytes === 0 ? 0 : doneBytes / totalBytes;
    const full = Math.round(share * WIDTH);
    const speed = this.#rate.perSecond(now);
    const left = secondsLeft(doneBytes, totalBytes, speed);
    const pace = left === undefined ? '' : `  ${sizeText(speed)}/s, ${clockText(left)} left`;
    const line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${sizeText(doneBytes)} of ${sizeText(totalBytes)}${pace}  ${file ?? ''}`;
    this.#stream.write(`\r\x1b[2K${cut(line, columnsOf(this.#stream) - 1)}`);
  }

  /** Removes the bar from the screen. */
  clear(): void {
    if (this.#drawnAt > 0) this.#stream.write('\r\x1b[2K');
    this.#drawnAt = Number.NEGATIVE_INFINITY;
  }

  #say(line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.#stream.write(`${line}\n`);
  }
}
