import type { Params } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { isInUse } from '../contract/params.ts';
import { isSetPath } from '../contract/path-params.ts';
import { setNotFound } from '../contract/set-not-found.ts';
import type { Wiring } from './wiring.ts';

/** Finds params that name a label set that is not there. A path is looked at when the node runs. */
export function checkSets(wiring: Wiring, labelSets: () => readonly string[]): Problem[] {
  const problems: Problem[] = [];
  let names: readonly string[] | undefined;
  for (const { id, definition, params } of wiring.nodes.values()) {
    const specs = (definition?.params ?? {}) as Params;
    const specOf = (name: string) => (Object.hasOwn(specs, name) ? specs[name] : undefined);
    for (const [param, spec] of Object.entries(specs)) {
      if (spec.widget !== 'label-set' || !isInUse(spec, params, specOf)) continue;
      const value = params[param];
      const name = typeof value === 'string' ? value.trim().normalize('NFC') : '';
      if (name === '' || isSetPath(name)) continue;
      names ??= labelSets();
      if (names.includes(name)) continue;
      problems.push({ ...setNotFound(name, names), nodeId: id, param });
    }
  }
  return problems;
}
