/** What a node mostly waits for. */
export type Resource = 'cpu' | 'io' | 'device';

/** Work waiting its turn, one queue a resource. */
export interface Lanes {
  /** Starts the work when its lane is free: at once, or after those that came before. The work must not throw. */
  enter(resource: Resource, work: () => Promise<void>): void;
  /** Forgets what has not started. */
  clear(): void;
  /** How much is under way. */
  readonly running: number;
}

/** JavaScript runs on one thread anyway; these bound what waits side by side. A device works on one node at a time. */
export const LANE_WIDTHS: Readonly<Record<Resource, number>> = { cpu: 4, io: 8, device: 1 };

interface Lane {
  readonly width: number;
  running: number;
  queue: (() => Promise<void>)[];
  /** Index of the next in the queue: taking from the front of a long list would cost its length. */
  next: number;
}

/** Lanes of the given widths; what is not given has its default, and at least one. */
export function createLanes(widths: Partial<Record<Resource, number>> = {}): Lanes {
  const lane = (resource: Resource): Lane => ({
    width: Math.max(1, widths[resource] ?? LANE_WIDTHS[resource]),
    running: 0,
    queue: [],
    next: 0,
  });
  const lanes: Record<Resource, Lane> = { cpu: lane('cpu'), io: lane('io'), device: lane('device') };

  const advance = (at: Lane) => {
    while (at.running < at.width && at.next < at.queue.length) {
      const work = at.queue[at.next++]!;
      at.running += 1;
      void work().finally(() => {
        at.running -= 1;
        advance(at);
      });
    }
    if (at.next === at.queue.length) {
      at.queue = [];
      at.next = 0;
    }
  };

  return {
    enter(resource, work) {
      lanes[resource].queue.push(work);
      advance(lanes[resource]);
    },
    clear() {
      for (const each of Object.values(lanes)) {
        each.queue = [];
        each.next = 0;
      }
    },
    get running() {
      return lanes.cpu.running + lanes.io.running + lanes.device.running;
    },
  };
}
