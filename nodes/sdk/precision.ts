import type { ModelInfo, ReportedProblem } from './infer.ts';

/** The problem of a model that is not here in the precision asked for, naming those that are. */
export function noPrecision(
  { title, precisions = [] }: Pick<ModelInfo, 'title' | 'precisions'>,
  precision: string,
): ReportedProblem {
  const there = precisions.filter((name) => name !== precision).join(', ');
  return {
    code: 'model.no-precision',
    message: `${title} cannot be used as ${precision}: ${there === '' ? 'it has no variants' : `there is ${there}`}. Choose ${there === '' ? 'auto' : 'auto or one of those'}.`,
    param: 'precision',
    expected: ['auto', ...precisions].join(' | '),
    got: precision,
  };
}
