import type { FingerprintContext, NodeContext } from './context.ts';
import type { InferContext, ValueInfo } from './infer.ts';
import type { Templates } from './messages.ts';
import type { ParamSpec, Params, ParamValues } from './params.ts';
import type { InputValues, OutputValues, Ports } from './ports.ts';

/** The texts of a port in another language. */
export interface PortTexts {
  readonly title?: string;
  readonly help?: string;
}

/** The texts of a param in another language; `choices` holds the titles of a select by value. */
export interface ParamTexts<T = string> extends PortTexts {
  readonly placeholder?: string;
  readonly choices?: { readonly [Value in T & string]?: string };
}

/** The texts of a node in another language. */
export interface NodeTexts<I extends Ports = Ports, P extends Params = Params, O extends Ports = Ports> {
  readonly title: string;
  readonly description: string;
  readonly inputs?: { readonly [K in keyof I]?: PortTexts };
  readonly params?: {
    readonly [K in keyof P]?: P[K] extends ParamSpec<infer T> ? ParamTexts<T> : never;
  };
  readonly outputs?: { readonly [K in keyof O]?: PortTexts };
}

/** The definition of a node, as its author writes it; see {@link defineNode}. */
export interface NodeDefinition<I extends Ports = Ports, P extends Params = Params, O extends Ports = Ports> {
  /** In sentence case; a verb or a noun: "Top k". */
  readonly title: string;
  /** One or two sentences for the help panel and the reference. */
  readonly description: string;
  /** Other words that people search for. */
  readonly keywords?: readonly string[];
  readonly inputs: I;
  readonly params: P;
  readonly outputs: O;
  /**
   * The resource that it mainly uses. The engine limits how many nodes use one resource at the same time. Default
   * `cpu`.
   */
  readonly resource?: 'cpu' | 'io' | 'device';
  /** Raise it if the same inputs give other results than before. It is part of the cache key. Default 1. */
  readonly version?: number;
  /** `always` caches results. `never` runs the node each time, because it writes files or is not deterministic. Default `always`. */
  readonly cache?: 'always' | 'never';
  /** Whether it can end early with the best result so far, as `ctx.stop` asks. Such a result is not kept for later runs. */
  readonly endsEarly?: boolean;
  /** Whether people look at its result or keep it. Every run computes such nodes. Default: if no output has a wire. */
  readonly terminal?: boolean;
  /**
   * Describes the state of the outside world that the result depends on, such as a folder's files. Part of the cache
   * key.
   */
  readonly fingerprint?: (params: ParamValues<P>, ctx: FingerprintContext) => Promise<string>;
  /**
   * The lazy inputs that the node needs with these params. They must be connected. Nodes behind other lazy inputs do
   * not run.
   */
  readonly needs?: (params: ParamValues<P>) => readonly (keyof I & string)[];
  /**
   * The files and folders that the node will write below the output folder, if the params tell. Two nodes must not
   * write the same.
   */
  readonly writes?: (params: ParamValues<P>) => readonly string[];
  /**
   * Returns the facts about the outputs that are known before a run, and reports problems that can be found by then.
   */
  readonly infer?: (context: InferContext<ParamValues<P>>) => { readonly [K in keyof O]?: ValueInfo };
  /** The messages of this node, made with `defineMessages`. Clients need them to show another language. */
  readonly messages?: { readonly templates: Templates };
  /** Its texts in other languages; a missing text shows in English. */
  readonly translations?: { readonly zh?: NodeTexts<NoInfer<I>, NoInfer<P>, NoInfer<O>> };
  readonly run: (args: {
    readonly inputs: InputValues<I>;
    readonly params: ParamValues<P>;
    readonly ctx: NodeContext;
  }) => Promise<OutputValues<O>> | OutputValues<O>;
}

/**
 * Defines a node. Types, validation, descriptor, widgets and docs all come from this one definition. The file's path under
 * `nodes/`, without extension, is the node's type.
 */
export function defineNode<I extends Ports, P extends Params, O extends Ports>(
  definition: NodeDefinition<I, P, O>,
): NodeDefinition<I, P, O> {
  return definition;
}

/** A definition with ports and params that are known only at run time, as in registries. */
// biome-ignore lint/suspicious/noExplicitAny: a definition is invariant in its params; only `any` stands for "some params".
export type AnyNodeDefinition = NodeDefinition<any, any, any>;
