import type { FingerprintContext, ModelCatalogue, NodeContext, PortValue } from '../../nodes/sdk/index.ts';

/** The part of a node's context that the engine provides. The runtime provides the rest. */
export type EngineContext = Pick<NodeContext, 'nodeId' | 'signal' | 'stop' | 'progress' | 'warn' | 'preview'>;

/** The context for one run of one node. */
export interface ContextLease {
  readonly ctx: NodeContext;
  /** Ends the lease and releases the tensors made through `ctx.ops` that nobody retained. Called exactly once. */
  end(): void;
}

/**
 * Encodes values for the disk cache and decodes them. Decoded tensors are on the host and are moved to a device when
 * used.
 */
export interface ValueCodec {
  encode(value: PortValue): Promise<Uint8Array[]>;
  /** @throws if `encode` did not make these bytes; the cache then drops them */
  decode(bytes: Uint8Array): PortValue;
}

/**
 * Stores bytes by key beyond the end of the process. Every method may fail silently, because a cache must not make a
 * run fail.
 */
export interface DiskStore {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, parts: readonly Uint8Array[]): Promise<void>;
}

/** What the engine needs from outside. Server, command line and tests pass different services. */
export interface EngineServices {
  /** The name of the device for people and events: `cpu`, `webgpu`, ... */
  readonly device: string;
  /**
   * Names everything on this device that changes numbers. Part of the cache keys of nodes with the resource `device`.
   */
  readonly deviceKey: string;
  readonly models: ModelCatalogue;
  /** The names of the label sets that workflows can use. Without it, names of sets are not checked. */
  readonly labelSets?: () => readonly string[];
  lease(engine: EngineContext): ContextLease;
  /** The context for fingerprints, which are computed before nodes run. */
  readonly outside: FingerprintContext;
  readonly codec: ValueCodec;
  readonly disk?: DiskStore;
}
