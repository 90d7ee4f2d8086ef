import type { ErrorDetails } from './errors.ts';
import type { Said } from './messages.ts';
import type { Space } from './space.ts';
import type { EncoderRef, PictureSize, PortType, Precision } from './values.ts';

/** What is known of a value before a run; whatever is unknown is undefined. */
export interface ValueInfo {
  readonly type?: PortType;
  /** Number of items, rows, queries. */
  readonly count?: number;
  /** Size of the second axis: numbers a vector, gallery items, columns. */
  readonly dims?: number;
  readonly space?: Space;
  /** The size every picture has by now; pixels only. */
  readonly picture?: PictureSize;
  readonly encoder?: ModelInfo;
  /** The node that gives it as it stands in a sentence, `*Encode pictures*`; the engine adds it to what it hands to `infer`. */
  readonly from?: string;
}

/** What is known of a model without loading it: an encoder before its weights are hashed. */
export type ModelInfo = Omit<EncoderRef, 'kind' | 'hash'>;

/** The models that can be used now, as a snapshot: inference is synchronous and shared with the editor. */
export interface ModelCatalogue {
  /** The variant of a precision; without one, what the cpu would be given. Undefined where there is none. */
  describe(id: string, precision?: Precision): ModelInfo | undefined;
  /** All ids, for "did you mean". */
  ids(): readonly string[];
  /** Why a model that is there cannot be used; undefined for any other. */
  problem?(id: string): Said | undefined;
}

/** A problem found while wiring; the engine adds the node. */
export type ReportedProblem = Omit<ErrorDetails, 'nodeId'>;

/** What `infer` is given. */
export interface InferContext<ParamValues> {
  readonly params: ParamValues;
  /** Inputs by port name; for a `many` port, in the order of the edges. An unconnected one is an empty list. */
  readonly inputs: Readonly<Record<string, readonly ValueInfo[]>>;
  readonly models: ModelCatalogue;
  /** Adds a problem that keeps the workflow from running. */
  report(problem: ReportedProblem): void;
}

/** What is known of the first wire into a port; nothing where there is none. */
export function knownOf(inputs: InferContext<unknown>['inputs'], port: string): ValueInfo {
  return inputs[port]?.[0] ?? {};
}
