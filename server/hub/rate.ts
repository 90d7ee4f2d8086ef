/** Measures bytes per second over the last seconds. */
export class Rate {
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];
  readonly #windowMs: number;

  constructor(windowMs = 5000) {
    this.#windowMs = windowMs;
  }

  /** Adds a sample. @param at a time in milliseconds from a clock that never goes back */
  add(bytes: number, at = performance.now()): void {
    const last = this.#samples.at(-1);
    // Fewer bytes than before mean that a file was started again, so the samples are too.
    if (last && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ at, bytes });
    while ((this.#samples[1]?.at ?? Number.POSITIVE_INFINITY) <= at - this.#windowMs) this.#samples.shift();
  }

  /** Bytes per second; 0 until there are two samples. */
  perSecond(at = performance.now()): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || at <= first.at) return 0;
    return Math.round((1000 * (last.bytes - first.bytes)) / (at - first.at));
  }
}

/** How many seconds the rest will take; undefined if nothing arrives. */
export function secondsLeft(done: number, total: number, perSecond: number): number | undefined {
  return perSecond > 0 ? Math.ceil((total - done) / perSecond) : undefined;
}
