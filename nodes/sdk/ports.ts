import { PORT_TYPES, type PortType, type PortValue, type PortValues } from './values.ts';

/** A port as its definition states it. `T` are the types it takes or gives. */
export interface PortSpec<
  T extends PortType = PortType,
  Required extends boolean = boolean,
  Many extends boolean = boolean,
> {
  readonly types: readonly T[];
  /** Inputs only: whether a wire must be there. */
  readonly required: Required;
  /** Inputs only: takes any number of wires; the node gets a list in the order of the edges. */
  readonly many: Many;
  /** Inputs only: evaluated only when the definition's `needs` asks for it. */
  readonly lazy: boolean;
  /** Ports of one node with the same variable carry one type: what goes in comes out. */
  readonly variable?: string;
  readonly title?: string;
  /** One sentence for people. */
  readonly help: string;
}

/** What a port's author may say about it. */
export interface PortOptions {
  readonly help: string;
  readonly title?: string;
  /** Default true. */
  readonly required?: boolean;
  /** Default false. */
  readonly many?: boolean;
  readonly lazy?: boolean;
  readonly variable?: string;
}

// The options are the only type parameter: `Required` and `Many` would be inferred from what the port is assigned to,
// and `run` would then see every input as one that may be missing.
function build<T extends PortType>(types: readonly T[]) {
  return <const O extends PortOptions>(options: O) =>
    ({
      types,
      required: options.required ?? true,
      many: options.many ?? false,
      lazy: options.lazy ?? false,
      variable: options.variable,
      title: options.title,
      help: options.help,
    }) as PortSpec<T, O['required'] extends false ? false : true, O['many'] extends true ? true : false>;
}

type PortBuilders = { [T in PortType]: ReturnType<typeof build<T>> } & {
  /** Takes or gives any type. */
  any: ReturnType<typeof build<PortType>>;
  /** Takes or gives one of several types. */
  oneOf<const T extends PortType>(types: readonly T[]): ReturnType<typeof build<T>>;
};

/** Builds ports: `port.images({ help: '...' })`, `port.oneOf(['images', 'pixels'])({ help: '...' })`. */
export const port: PortBuilders = {
  ...(Object.fromEntries(PORT_TYPES.map((type) => [type, build([type])])) as {
    [T in PortType]: ReturnType<typeof build<T>>;
  }),
  any: build(PORT_TYPES),
  oneOf: (types) => build(types),
};

/** Ports by name. */
export type Ports = Readonly<Record<string, PortSpec>>;

type TypeOf<P> = P extends PortSpec<infer T> ? T : never;
type One<P> = PortValues[TypeOf<P>];

/** What `run` receives for each input. A lazy input that `needs` did not ask for is undefined. */
export type InputValues<I extends Ports> = {
  readonly [K in keyof I]: I[K]['many'] extends true
    ? readonly One<I[K]>[]
    : I[K]['required'] extends true
      ? One<I[K]>
      : One<I[K]> | undefined;
};

/** What `run` must return for each output. */
export type OutputValues<O extends Ports> = { readonly [K in keyof O]: One<O[K]> };

/** Whether a port is open to every type. */
export function isAny(port: PortSpec): boolean {
  return port.types.length === PORT_TYPES.length;
}

/** Whether a value coming out of `from` may be one that `to` takes. */
export function portsFit(from: Pick<PortSpec, 'types'>, to: Pick<PortSpec, 'types'>): boolean {
  return from.types.some((type) => to.types.includes(type));
}

/** Any port value, when only the engine handles it. */
export type AnyOutputs = Readonly<Record<string, PortValue>>;
