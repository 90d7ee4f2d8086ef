/** Bytes a second over the last moments, and how long the rest will take. */
export class Rate {
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];
  readonly #windowMs: number;

  constructor(windowMs = 5000) {
    this.#windowMs = windowMs;
  }

  /** @param at a clock in milliseconds that never goes back */
  add(bytes: number, at = performance.now()): void {
    const last = this.#samples.at(-1);
    // What was thrown away is no speed.
    if (last && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ at, bytes });
    while ((this.#samples[1]?.at ?? Number.POSITIVE_INFINITY) <= at - this.#windowMs) this.#samples.shift();
  }

  /** 0 until there is something to say. */
  perSecond(at = performance.now()): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || at <= first.at) return 0;
    return Math.round((1000 * (last.bytes - first.bytes)) / (at - first.at));
  }
}

/** Seconds until the rest is here; undefined where nothing moves. */
export function secondsLeft(done: number, total: number, perSecond: number): number | undefined {
  return perSecond > 0 ? Math.ceil((total - done) / perSecond) : undefined;
}
