import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { Workflow, WorkflowNode } from '../../workflows/workflow.ts';

/** The params that name files or folders to read, by node type. */
export type PathParams = ReadonlyMap<string, readonly string[]>;

type Described = Pick<NodeDescriptor, 'type' | 'params'>;

/** Finds the params of each node type that fit. */
const paramsWith = (
  descriptors: readonly Described[],
  fits: (param: Described['params'][number]) => boolean,
): PathParams =>
  new Map(
    descriptors.flatMap(({ type, params }): [string, readonly string[]][] => {
      const names = params.filter(fits).map(({ name }) => name);
      return names.length > 0 ? [[type, names]] : [];
    }),
  );

/** Finds the params of each node type that name files or folders. */
export const pathParamsOf = (descriptors: readonly Described[]): PathParams =>
  paramsWith(descriptors, ({ path }) => path !== undefined);

/** Finds the params of each node type that name label sets. Their value can be the path of a file instead. */
export const setParamsOf = (descriptors: readonly Described[]): PathParams =>
  paramsWith(descriptors, ({ widget }) => widget === 'label-set');

/** Whether the value of a param for a label set is the path of a file with one. */
export const isSetPath = (value: string): boolean => /\.json$/i.test(value.trim());

/** The paths that a workflow reads, each once, in the order of its nodes. */
export function pathsOf({ nodes }: Pick<Workflow, 'nodes'>, params: PathParams): string[] {
  const values = nodes.flatMap((node) => (params.get(node.type) ?? []).map((name) => node.params?.[name]));
  const texts = values.flat().filter((value): value is string => typeof value === 'string');
  return [...new Set(texts.filter((path) => path.trim() !== ''))];
}

/** The workflow with other paths. Nodes without a changed path keep their identity. */
export function withPaths(
  workflow: Workflow,
  params: PathParams,
  change: (path: string) => string,
): Workflow {
  const changed = (node: WorkflowNode): WorkflowNode => {
    const names = (params.get(node.type) ?? []).filter((name) => node.params?.[name] !== undefined);
    if (names.length === 0) return node;
    const next = Object.fromEntries(
      names.map((name) => {
        const value = node.params?.[name];
        if (typeof value === 'string') return [name, value.trim() === '' ? value : change(value)];
        if (!Array.isArray(value)) return [name, value];
        return [name, value.map((one) => (typeof one === 'string' && one.trim() !== '' ? change(one) : one))];
      }),
    );
    return { ...node, params: { ...node.params, ...next } };
  };
  return { ...workflow, nodes: workflow.nodes.map(changed) };
}
