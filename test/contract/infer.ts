import type {
  AnyNodeDefinition,
  ModelCatalogue,
  PortValue,
  ReportedProblem,
  ValueInfo,
} from '../../nodes/sdk/index.ts';

/** The facts about a value that `infer` could know before the run: its counts and its space. */
export function infoOf(value: PortValue): ValueInfo {
  const type = value.kind;
  switch (value.kind) {
    case 'embeddings':
      return { type, count: value.items.length, dims: value.tensor.dims[1], space: value.space };
    case 'classifier':
      return { type, count: value.categories.length, space: value.space };
    case 'tokens':
      return { type, count: value.items.length, space: value.space };
    case 'similarity':
      return { type, count: value.queries.length, dims: value.gallery.length, space: value.space };
    case 'images':
    case 'pixels':
    case 'texts':
    case 'labels':
      return { type, count: value.items.length };
    case 'matches':
      return { type, count: value.results.length };
    case 'table':
      return { type, count: value.rows.length, dims: value.columns.length };
    case 'encoder': {
      const { kind: _, hash: __, ...encoder } = value;
      return { type, encoder };
    }
    default:
      return { type };
  }
}

/** Calls `infer` of a node. Returns the facts about its outputs and the problems it reports. */
export function inferred(
  definition: AnyNodeDefinition,
  inputs: Readonly<Record<string, readonly ValueInfo[]>>,
  params: Readonly<Record<string, unknown>>,
  models: ModelCatalogue,
): { readonly outputs: Readonly<Record<string, ValueInfo>>; readonly problems: readonly ReportedProblem[] } {
  const problems: ReportedProblem[] = [];
  const outputs = definition.infer?.({ inputs, params, models, report: (problem) => problems.push(problem) });
  return { outputs: (outputs ?? {}) as Record<string, ValueInfo>, problems };
}
