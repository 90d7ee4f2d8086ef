import type { FingerprintContext, NodeContext } from './context.ts';
import type { InferContext, ValueInfo } from './infer.ts';
import type { Templates } from './messages.ts';
import type { Params, ParamValues } from './params.ts';
import type { InputValues, OutputValues, Ports } from './ports.ts';

/** The title of a port, or of a param with its choices, in another language. */
export interface FieldTexts {
  readonly title?: string;
  readonly help?: string;
  /** Of a select, by value. */
  readonly choices?: Readonly<Record<string, string>>;
}

/** The texts of a node in another language. */
export interface NodeTexts<I extends Ports = Ports, P extends Params = Params, O extends Ports = Ports> {
  readonly title: string;
  readonly description: string;
  readonly inputs?: { readonly [K in keyof I]?: FieldTexts };
  readonly params?: { readonly [K in keyof P]?: FieldTexts };
  readonly outputs?: { readonly [K in keyof O]?: FieldTexts };
}

/** What a node's author writes; see {@link defineNode}. */
export interface NodeDefinition<I extends Ports = Ports, P extends Params = Params, O extends Ports = Ports> {
  /** Sentence case, a verb or a thing: "Top k". */
  readonly title: string;
  /** One or two sentences for the help panel and the reference. */
  readonly description: string;
  /** Other words people search for. */
  readonly keywords?: readonly string[];
  readonly inputs: I;
  readonly params: P;
  readonly outputs: O;
  /** What it mostly waits for: the engine runs that many side by side. Default `cpu`. */
  readonly resource?: 'cpu' | 'io' | 'device';
  /** Raised whenever results change for the same inputs; part of the cache key. Default 1. */
  readonly version?: number;
  /** `always`: results are kept. `never`: runs each time, because it writes files or is not deterministic. Default `always`. */
  readonly cache?: 'always' | 'never';
  /** A result that people look at or keep: runs are planned from these. Default: a node without connected outputs. */
  readonly terminal?: boolean;
  /** State of the outside world that results depend on: a folder's listing, a model's hash. Part of the cache key. */
  readonly fingerprint?: (params: ParamValues<P>, ctx: FingerprintContext) => Promise<string>;
  /** Which lazy inputs are needed: those must be wired, and what leads only to the others does not run. */
  readonly needs?: (params: ParamValues<P>) => readonly (keyof I & string)[];
  /** Files and folders it will write below the output folder, as far as its params tell: no two nodes may write one. */
  readonly writes?: (params: ParamValues<P>) => readonly string[];
  /** What is known of the outputs before a run; reports what can be known to fail. */
  readonly infer?: (context: InferContext<ParamValues<P>>) => { readonly [K in keyof O]?: ValueInfo };
  /** The messages this node gives, as {@link defineMessages} made them; a screen in another language needs them. */
  readonly messages?: { readonly templates: Templates };
  /** Its texts in other languages; what is missing shows in English. */
  readonly translations?: { readonly zh?: NodeTexts<I, P, O> };
  readonly run: (args: {
    readonly inputs: InputValues<I>;
    readonly params: ParamValues<P>;
    readonly ctx: NodeContext;
  }) => Promise<OutputValues<O>> | OutputValues<O>;
}

/**
 * Defines a node: the one place from which its types, validation, descriptor, widgets and docs come.
 * The file's path under `nodes/`, without extension, is its type.
 */
export function defineNode<I extends Ports, P extends Params, O extends Ports>(
  definition: NodeDefinition<I, P, O>,
): NodeDefinition<I, P, O> {
  return definition;
}

/** A definition whose ports and params are known only at run time: what registries hold. */
// biome-ignore lint/suspicious/noExplicitAny: a definition is invariant in its params; only `any` stands for "some params".
export type AnyNodeDefinition = NodeDefinition<any, any, any>;
