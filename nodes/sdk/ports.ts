import { PORT_TYPES, type PortType, type PortValue, type PortValues } from './values.ts';

/** The definition of a port. `T` are the types that it takes or gives. */
export interface PortSpec<
  T extends PortType = PortType,
  Required extends boolean = boolean,
  Many extends boolean = boolean,
> {
  readonly types: readonly T[];
  /** Inputs only: whether a wire must be connected. */
  readonly required: Required;
  /** Inputs only: takes any number of wires. The node gets a list, in the order of the edges. */
  readonly many: Many;
  /** Inputs only: computed only when the definition's `needs` names it. */
  readonly lazy: boolean;
  /** Ports of one node with the same variable carry the same type: an output has the type of its input. */
  readonly variable?: string;
  readonly title?: string;
  /** One sentence of help for users. */
  readonly help: string;
}

/** The options of a port. */
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

// Only the options are a type parameter. If `Required` and `Many` were parameters, TypeScript would infer them from the
// place that the port is assigned to, and `run` would see every input as optional.
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

/** The inputs of `run`. A lazy input that `needs` does not name is undefined. */
export type InputValues<I extends Ports> = {
  readonly [K in keyof I]: I[K]['many'] extends true
    ? readonly One<I[K]>[]
    : I[K]['required'] extends true
      ? One<I[K]>
      : One<I[K]> | undefined;
};

/** The outputs that `run` must return. */
export type OutputValues<O extends Ports> = { readonly [K in keyof O]: One<O[K]> };

/** Whether a port takes or gives every type. */
export function isAny(port: PortSpec): boolean {
  return port.types.length === PORT_TYPES.length;
}

/** Whether `to` takes at least one type that `from` gives. */
export function portsFit(from: Pick<PortSpec, 'types'>, to: Pick<PortSpec, 'types'>): boolean {
  return from.types.some((type) => to.types.includes(type));
}

/** Outputs whose types are not known at compile time, as the engine handles them. */
export type AnyOutputs = Readonly<Record<string, PortValue>>;
