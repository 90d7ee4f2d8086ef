import {
  type AnyNodeDefinition,
  describeNode,
  type Message,
  type NodeDescriptor,
  nearestName,
} from '../../nodes/sdk/index.ts';

/** Why a file or folder of nodes was left out. */
export interface NodeFault {
  /** The type that the file would have had. */
  readonly type?: string;
  readonly message: Message;
}

/** All node definitions, by type. */
export interface Registry {
  get(type: string): AnyNodeDefinition | undefined;
  /** A text that changes with the code behind the results of a type; empty if that is not known. Part of cache keys. */
  code(type: string): string;
  /** Why the node of a type is missing, if its file is broken. */
  broken(type: string): Message | undefined;
  /** Why files and folders of nodes were left out. Their types are missing; the others work. */
  readonly faults: readonly NodeFault[];
  /** All types, sorted. */
  types(): readonly string[];
  /** All definitions as JSON, sorted by type. */
  descriptors(): readonly NodeDescriptor[];
  /** The known type that an unknown one most likely means. */
  nearest(type: string): string | undefined;
}

/**
 * Builds a registry.
 * @throws Error if two definitions have the same type
 */
export function createRegistry(
  entries: Iterable<readonly [type: string, definition: AnyNodeDefinition, code?: string]>,
  faults: readonly NodeFault[] = [],
): Registry {
  const definitions = new Map<string, AnyNodeDefinition>();
  const codes = new Map<string, string>();
  for (const [type, definition, code = ''] of entries) {
    if (definitions.has(type)) throw new Error(`Two node definitions have the type "${type}".`);
    definitions.set(type, definition);
    codes.set(type, code);
  }
  const types = [...definitions.keys()].sort();
  let descriptors: readonly NodeDescriptor[] | undefined;
  return {
    get: (type) => definitions.get(type),
    code: (type) => codes.get(type) ?? '',
    broken: (type) => faults.find((fault) => fault.type === type)?.message,
    faults,
    types: () => types,
    descriptors: () => {
      descriptors ??= types.map((type) => describeNode(type, definitions.get(type)!));
      return descriptors;
    },
    nearest: (type) => {
      const name = type.slice(type.indexOf('/') + 1);
      // The same name in another category is a better guess than a similar spelling.
      return types.find((known) => known.slice(known.indexOf('/') + 1) === name) ?? nearestName(type, types);
    },
  };
}
