import {
  type AnyNodeDefinition,
  defaults,
  type ImageItem,
  type Images,
  type NodeContext,
  type NodeDefinition,
  type OutputValues,
  type Params,
  type Ports,
} from '../../nodes/sdk/index.ts';

/** A context for nodes that need none. If a node uses a part of it, the error names that part. */
const nothing = new Proxy({} as NodeContext, {
  get: (_, name) => {
    throw new Error(`The node reached for ctx.${String(name)}.`);
  },
});

/** Runs a node that needs no device. Params that are not given have their defaults. */
export async function runPure<I extends Ports, P extends Params, O extends Ports>(
  definition: NodeDefinition<I, P, O>,
  inputs: Record<string, unknown>,
  params: Record<string, unknown> = {},
  ctx: Partial<NodeContext> = {},
): Promise<OutputValues<O>> {
  const { run, params: specs } = definition as AnyNodeDefinition;
  return run({
    inputs: inputs as never,
    params: { ...defaults(specs as Params), ...params },
    ctx: Object.setPrototypeOf({ ops: undefined, ...ctx }, nothing) as NodeContext,
  }) as OutputValues<O>;
}

/** Pictures that exist by name only. A name like `cats/1.jpg` has the label `cats`. */
export function named(paths: readonly string[]): Images {
  const items = paths.map((path): ImageItem => {
    const slash = path.indexOf('/');
    return {
      kind: 'image',
      name: path.slice(path.lastIndexOf('/') + 1),
      path,
      source: { kind: 'file', path: `/pictures/${path}`, size: 1, mtimeMs: 0 },
      ...(slash > 0 && { label: path.slice(0, slash) }),
    };
  });
  return { kind: 'images', items, skipped: [] };
}
