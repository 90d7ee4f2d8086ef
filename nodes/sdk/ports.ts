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
export interface PortOptions<Required extends boolean, Many extends boolean> {
  readonly help: string;
  readonly title?: string;
  readonly required?: Required;
  readonly many?: Many;
  readonly lazy?: boolean;
  readonly variable?: string;
}

function build<T extends PortType>(types: readonly T[]) {
  return <Required extends boolean = true, Many extends boolean = false>(
    options: PortOptions<Required, Many>,
  ): PortSpec<T, Required, Many> => ({
    types,
    required: (options.required ?? true) as Required,
    many: (options.many ?? false) as Many,
    lazy: options.lazy ?? false,
    variable: options.variable,
    title: options.title,
    help: options.help,
  });
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
