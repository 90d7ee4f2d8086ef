import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';

/** The value of a param, or its default if the workflow has none. */
export function presentValue(param: ParamDescriptor, values: Readonly<Record<string, unknown>>): unknown {
  return Object.hasOwn(values, param.name) && values[param.name] !== undefined
    ? values[param.name]
    : param.default;
}

/**
 * The params to show for these values, in order: those whose `when` condition holds, provided that the param it refers
 * to is shown too.
 */
export function shownParams(
  params: readonly ParamDescriptor[],
  values: Readonly<Record<string, unknown>>,
): { readonly plain: readonly ParamDescriptor[]; readonly advanced: readonly ParamDescriptor[] } {
  const byName = new Map(params.map((param) => [param.name, param]));
  const isShown = ({ when }: ParamDescriptor, depth = 0): boolean => {
    const other = when && byName.get(when.param);
    if (!when || !other || depth > params.length) return true;
    return when.is.includes(presentValue(other, values)) && isShown(other, depth + 1);
  };
  const all = params.filter((param) => isShown(param));
  return {
    plain: all.filter(({ advanced }) => !advanced),
    advanced: all.filter(({ advanced }) => advanced === true),
  };
}
