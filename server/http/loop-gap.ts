/** The times for which the event loop of this process was blocked. */
export interface LoopGap {
  /** The longest time of the last minute, in milliseconds. */
  longest(): number;
  close(): void;
}

const TICK_MS = 10;
const SLOTS = 6;
const SLOT_MS = 10_000;

/** Measures how late a timer fires, which is how long the event loop was blocked. */
export function watchLoop(): LoopGap {
  const slots = new Array<number>(SLOTS).fill(0);
  let last = performance.now();
  let slot = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    const current = Math.floor(now / SLOT_MS) % SLOTS;
    if (current !== slot) {
      slot = current;
      slots[slot] = 0;
    }
    slots[slot] = Math.max(slots[slot] ?? 0, now - last - TICK_MS);
    last = now;
  }, TICK_MS);
  timer.unref();
  return {
    longest: () => Math.max(0, Math.round(Math.max(...slots) * 10) / 10),
    close: () => clearInterval(timer),
  };
}
