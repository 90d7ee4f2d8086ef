import type { CollectionCatalogue } from './collections.ts';
import type { ErrorDetails } from './errors.ts';
import type { Said } from './messages.ts';
import type { ModelInfo, PictureSize, PortType, Precision, Space } from './values.ts';

export type { ModelInfo } from './values.ts';

/** The facts about a value that are known before a run; an unknown field is undefined. */
export interface ValueInfo {
  readonly type?: PortType;
  /** Number of items, rows or queries. */
  readonly count?: number;
  /** Size of the second axis: numbers per vector, gallery items, columns. */
  readonly dims?: number;
  readonly space?: Space;
  /** The size that every picture has at this point; pixels only. */
  readonly picture?: PictureSize;
  readonly encoder?: ModelInfo;
  /**
   * The node that gives the value, as it appears in messages: `*Encode pictures*`. The engine adds it before it calls
   * `infer`.
   */
  readonly from?: Said;
}

/** The models that can be used now, as a snapshot, because inference is synchronous and also runs for the editor. */
export interface ModelCatalogue {
  /** The variant of a precision; without a precision, the variant for the cpu. Undefined if there is none. */
  describe(id: string, precision?: Precision): ModelInfo | undefined;
  /** All ids, for "did you mean". */
  ids(): readonly string[];
  /** Why an installed model cannot be used; undefined for any other. */
  problem?(id: string): Said | undefined;
  /** The collections that exist; absent where nobody knows. */
  readonly collections?: CollectionCatalogue;
}

/** A problem found before a run. The engine adds the node. */
export type ReportedProblem = Omit<ErrorDetails, 'nodeId'>;

/** The arguments of `infer`. */
export interface InferContext<ParamValues> {
  readonly params: ParamValues;
  /** Inputs by port name; for a `many` port, in the order of the edges. An unconnected input is an empty list. */
  readonly inputs: Readonly<Record<string, readonly ValueInfo[]>>;
  readonly models: ModelCatalogue;
  /** Adds a problem that keeps the workflow from running. */
  report(problem: ReportedProblem): void;
}

/** The facts about the first wire into a port; an empty object without a wire. */
export function knownOf(inputs: InferContext<unknown>['inputs'], port: string): ValueInfo {
  return inputs[port]?.[0] ?? {};
}
