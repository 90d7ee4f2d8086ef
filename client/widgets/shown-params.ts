import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { isInUse } from '../../server/contract/params.ts';

/** The params that have an effect with these values, in their order. Only these are shown. */
export function shownParams(
  params: readonly ParamDescriptor[],
  values: Readonly<Record<string, unknown>>,
): { readonly plain: readonly ParamDescriptor[]; readonly advanced: readonly ParamDescriptor[] } {
  const byName = new Map(params.map((param) => [param.name, param]));
  const all = params.filter((param) => isInUse(param, values, (name) => byName.get(name)));
  return {
    plain: all.filter(({ advanced }) => !advanced),
    advanced: all.filter(({ advanced }) => advanced === true),
  };
}
