import { PatchbayError } from '../../../nodes/sdk/index.ts';

/** Why an adapter file is refused. */
export type AdapterProblem =
  /** Not there, not readable, or no adapter. */
  | 'file'
  /** A setting of its config that changes results and that is not computed here. */
  | 'unsupported'
  /** Its tensors are named for something else. */
  | 'prefix'
  /** It was made for another layer or another kind of model. */
  | 'target'
  /** Tensors whose sizes do not fit each other, the config, or the weight. */
  | 'shape';

/** An adapter's refusal: `adapter.<problem>` with a sentence. */
export function adapterError(problem: AdapterProblem, message: string, cause?: unknown): PatchbayError {
  return new PatchbayError({ code: `adapter.${problem}`, message }, { cause });
}
