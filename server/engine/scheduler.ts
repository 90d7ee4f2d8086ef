import type { Plan } from './plan.ts';

/** The questions of a scheduler to its owner. The owner can answer later. */
export interface SchedulerEvents {
  /**
   * The result of this node is needed. Answer with {@link Scheduler.settle} if it exists, otherwise with {@link
   * Scheduler.expand}.
   */
  wanted(id: string): void;
  /** All sources of this node have results. Run it, then answer with {@link Scheduler.settle}. */
  ready(id: string): void;
  /** This node cannot run because `because` has no result. Answer with {@link Scheduler.settle}. */
  skipped(id: string, because: string): void;
  /** All needed nodes have ended. */
  idle(): void;
}

/**
 * Requests nodes backwards from the targets and starts them forwards from the sources. A node is never requested if all
 * nodes that need it already have results.
 */
export interface Scheduler {
  /** Ends the nodes that are known to fail, then requests the wanted ones. */
  begin(failed: Iterable<string>, wanted: Iterable<string>): void;
  expand(id: string): void;
  settle(id: string, hasResult: boolean): void;
  stop(): void;
}

type State = 'unasked' | 'wanted' | 'waiting' | 'ready' | 'done' | 'failed';

/** Makes a scheduler for a plan. It uses a loop, so long chains do not overflow the stack. */
export function createScheduler(plan: Plan, events: SchedulerEvents): Scheduler {
  const states = new Map<string, State>();
  const missing = new Map<string, number>();
  const tasks: (() => void)[] = [];
  let open = 0;
  let draining = false;
  let stopped = false;

  const stateOf = (id: string) => states.get(id) ?? 'unasked';

  /** Runs the tasks in order, including those that tasks add. */
  const drain = () => {
    if (draining) return;
    draining = true;
    for (let i = 0; i < tasks.length && !stopped; i++) tasks[i]!();
    tasks.length = 0;
    draining = false;
  };

  const pump = () => {
    drain();
    if (open > 0 || stopped || draining) return;
    stopped = true;
    events.idle();
  };

  const ask = (id: string) => {
    if (stateOf(id) !== 'unasked') return;
    states.set(id, 'wanted');
    open += 1;
    tasks.push(() => {
      if (stateOf(id) === 'wanted') events.wanted(id);
    });
  };

  const skip = (id: string, because: string) => {
    const state = stateOf(id);
    if (state === 'done' || state === 'failed' || state === 'ready') return;
    if (state === 'unasked') open += 1;
    states.set(id, 'wanted');
    events.skipped(id, because);
  };

  const close = (id: string, hasResult: boolean) => {
    states.set(id, hasResult ? 'done' : 'failed');
    open -= 1;
    for (const dependent of plan.nodes.get(id)!.neededBy) {
      if (!hasResult) {
        tasks.push(() => skip(dependent, id));
      } else if (stateOf(dependent) === 'waiting') {
        const left = missing.get(dependent)! - 1;
        missing.set(dependent, left);
        if (left === 0) start(dependent);
      }
    }
  };

  const start = (id: string) => {
    states.set(id, 'ready');
    tasks.push(() => events.ready(id));
  };

  return {
    begin(failed, wanted) {
      for (const id of failed) {
        open += 1;
        close(id, false);
      }
      drain();
      for (const id of wanted) ask(id);
      pump();
    },
    expand(id) {
      // The node may have been skipped while its owner was reading the disk.
      if (stateOf(id) !== 'wanted') return;
      const { needs } = plan.nodes.get(id)!;
      states.set(id, 'waiting');
      missing.set(id, needs.filter((source) => stateOf(source) !== 'done').length);
      for (const source of needs) ask(source);
      if (missing.get(id) === 0) start(id);
      pump();
    },
    settle(id, hasResult) {
      const state = stateOf(id);
      if (state === 'done' || state === 'failed') return;
      close(id, hasResult);
      pump();
    },
    stop() {
      stopped = true;
    },
  };
}
