/** What a node mainly waits for. */
export type Resource = 'cpu' | 'io' | 'device';

/** Queues of work, one for each resource. */
export interface Lanes {
  /** Starts the work as soon as its lane is free, after all earlier work. The work must not throw. */
  enter(resource: Resource, work: () => Promise<void>): void;
  /** Drops all work that has not started. */
  clear(): void;
  /** How many pieces of work are running. */
  readonly running: number;
}

/**
 * How many nodes run at the same time. JavaScript itself uses one thread, so this limits waiting work. A device runs
 * one node.
 */
export const LANE_WIDTHS: Readonly<Record<Resource, number>> = { cpu: 4, io: 8, device: 1 };

interface Lane {
  readonly width: number;
  running: number;
  queue: (() => Promise<void>)[];
  /** The index of the next work in the queue. Removing the first item of a long array would be slow. */
  next: number;
}

/** Makes lanes. A missing width gets its default, and each width is at least 1. */
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
