import type { ModelInfo, ReportedProblem } from './infer.ts';
import type { PictureSize, PreprocessSpec } from './values.ts';

/** The size that a spec ends with, where every picture gets the same. */
export function endSize({ steps }: Pick<PreprocessSpec, 'steps'>): PictureSize | undefined {
  const last = steps.findLast(({ op }) => op === 'crop' || op === 'resize');
  return last && 'width' in last ? { width: last.width, height: last.height } : undefined;
}

/** Why a model whose file fixes the size of its pictures cannot read those of another; undefined where it can, or nobody knows. */
export function sizeMisfit(
  { title, towers }: Pick<ModelInfo, 'title' | 'towers'>,
  given: PictureSize | undefined,
): ReportedProblem | undefined {
  const wanted = towers.image?.reads;
  if (!given || !wanted) return undefined;
  if ((wanted.width ?? given.width) === given.width && (wanted.height ?? given.height) === given.height)
    return undefined;
  const expected = `${wanted.width ?? 'any'} x ${wanted.height ?? 'any'}`;
  const got = `${given.width} x ${given.height}`;
  return {
    code: 'encode.size',
    message: `${title} reads pictures of ${expected} pixels and was given ${got}: resize or crop to that, or use Preprocess as model with side 0.`,
    port: 'images',
    expected,
    got,
  };
}
