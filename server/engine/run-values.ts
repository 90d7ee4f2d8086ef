import type { PortValue } from '../../nodes/sdk/index.ts';
import type { End } from '../contract/wiring.ts';
import type { ResultValues } from './events.ts';
import { createHoldings } from './holdings.ts';
import type { Plan } from './plan.ts';
import type { NodeResult, ResultCache } from './result-cache.ts';

/**
 * The results of a run in progress. A result is released when the last node that needs it has ended. Results of targets
 * stay.
 */
export interface RunValues {
  set(id: string, result: NodeResult): void;
  get(id: string): NodeResult | undefined;
  valueAt(end: End): PortValue | undefined;
  /** Keeps the result of a node like that of a target: it is in no cache. */
  keep(id: string): void;
  /** Notes that a node has ended and no longer needs its inputs. */
  ended(id: string): void;
  /** Returns the results that remain for the caller of the run. */
  results(): ResultValues;
}

/** Makes the values of a run. @param resolve finds where a value really comes from, see {@link Wiring.resolve} */
export function createRunValues(
  plan: Plan,
  cache: ResultCache,
  keyOf: (id: string) => string | undefined,
  resolve: (end: End) => End | undefined,
): RunValues {
  const values = new Map<string, { readonly result: NodeResult; readonly letGo: () => void }>();
  const holdings = createHoldings();
  const dependents = new Map([...plan.nodes.values()].map((node) => [node.id, node.neededBy.length]));
  const over = new Set<string>();
  const stays = new Set(plan.targets);

  const drop = (id: string) => {
    values.get(id)?.letGo();
    values.delete(id);
  };
  /**
   * All dependents may be skipped while the node itself still runs, so its value is dropped only after it has ended
   * too.
   */
  const dropIfSpent = (id: string) => {
    if (dependents.get(id) === 0 && over.has(id) && !stays.has(id)) drop(id);
  };
  const valueAt = (end: End): PortValue | undefined => values.get(end.node)?.result.outputs[end.port];

  return {
    valueAt,
    get: (id) => values.get(id)?.result,
    set(id, result) {
      values.get(id)?.letGo();
      values.set(id, { result, letGo: holdings.hold(result.outputs) });
    },
    keep: (id) => void stays.add(id),
    ended(id) {
      if (over.has(id)) return;
      over.add(id);
      for (const source of plan.nodes.get(id)!.needs) {
        dependents.set(source, dependents.get(source)! - 1);
        dropIfSpent(source);
      }
      dropIfSpent(id);
    },
    results() {
      for (const id of [...values.keys()]) if (!stays.has(id)) drop(id);
      let released = false;
      return {
        get(nodeId, port) {
          const end = resolve({ node: nodeId, port });
          if (released || !end) return undefined;
          if (!values.has(end.node)) {
            // Not a target: taken from the cache if it is still there, and then held until `release`.
            const kept = cache.get(keyOf(end.node) ?? '');
            if (kept) values.set(end.node, { result: kept, letGo: holdings.hold(kept.outputs) });
          }
          return valueAt(end);
        },
        release() {
          released = true;
          for (const { letGo } of values.values()) letGo();
          values.clear();
        },
      };
    },
  };
}
