import type { AnyNodeDefinition, NodeTexts } from './define-node.ts';
import type { Templates } from './messages.ts';
import type { Choice, ParamSpec, Params, Widget } from './params.ts';
import { isAny, type PortSpec, type Ports } from './ports.ts';
import type { PortType } from './values.ts';
import { titleOf } from './words.ts';

/** A port as JSON. */
export interface PortDescriptor {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly types: readonly PortType[] | 'any';
  readonly required: boolean;
  readonly many: boolean;
  readonly lazy: boolean;
  readonly variable?: string;
}

/** A param as JSON. */
export interface ParamDescriptor extends Omit<ParamSpec, 'schema' | 'title'> {
  readonly name: string;
  readonly title: string;
  readonly widget: Widget;
  readonly choices?: readonly Choice[];
}

/** A node definition as JSON: everything that the editor and the reference need to show any node. */
export interface NodeDescriptor {
  readonly type: string;
  readonly category: string;
  readonly title: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly version: number;
  readonly resource: 'cpu' | 'io' | 'device';
  readonly cache: 'always' | 'never';
  readonly terminal: boolean;
  /** Whether a running one can be asked for its best result so far. */
  readonly endsEarly?: true;
  readonly inputs: readonly PortDescriptor[];
  readonly params: readonly ParamDescriptor[];
  readonly outputs: readonly PortDescriptor[];
  /** The templates of its messages. */
  readonly messages?: Templates;
  /** Its texts in other languages. */
  readonly translations?: { readonly zh?: NodeTexts };
}

function describePort([name, port]: [string, PortSpec]): PortDescriptor {
  const { required, many, lazy, variable, help } = port;
  const types = isAny(port) ? ('any' as const) : port.types;
  return {
    name,
    title: port.title ?? titleOf(name),
    help,
    types,
    required,
    many,
    lazy,
    ...(variable && { variable }),
  };
}

function describeParam([name, { schema: _, ...spec }]: [string, ParamSpec]): ParamDescriptor {
  const known = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as Omit<
    ParamSpec,
    'schema'
  >;
  return { name, ...known, title: spec.title ?? titleOf(name) };
}

/** A definition as JSON. `type` is the type under which it is registered. */
export function describeNode(type: string, definition: AnyNodeDefinition): NodeDescriptor {
  return {
    type,
    category: type.slice(0, type.indexOf('/')),
    title: definition.title,
    description: definition.description,
    keywords: definition.keywords ?? [],
    version: definition.version ?? 1,
    resource: definition.resource ?? 'cpu',
    cache: definition.cache ?? 'always',
    terminal: definition.terminal ?? false,
    ...(definition.endsEarly && { endsEarly: true as const }),
    inputs: Object.entries(definition.inputs as Ports).map(describePort),
    params: Object.entries(definition.params as Params).map(describeParam),
    outputs: Object.entries(definition.outputs as Ports).map(describePort),
    ...(definition.messages && { messages: definition.messages.templates }),
    ...(definition.translations && { translations: definition.translations }),
  };
}
