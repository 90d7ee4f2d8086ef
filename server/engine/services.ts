import type { FingerprintContext, ModelCatalogue, NodeContext, PortValue } from '../../nodes/sdk/index.ts';

/** What the engine adds to a node's context itself; the rest is the runtime's. */
export type EngineContext = Pick<NodeContext, 'nodeId' | 'signal' | 'progress' | 'warn' | 'preview'>;

/** A node's context for the length of one run of that node. */
export interface ContextLease {
  readonly ctx: NodeContext;
  /** Ends the lease: tensors made through `ctx.ops` that nobody retained are released. Called once, whatever happened. */
  end(): void;
}

/**
 * Turns a value to bytes and back, for the disk cache. Tensors come back on the host, without a holder, and move
 * when used.
 */
export interface ValueCodec {
  encode(value: PortValue): Promise<Uint8Array[]>;
  /** @throws when the bytes are not what `encode` made; the cache then drops them. */
  decode(bytes: Uint8Array): PortValue;
}

/** A place for bytes by key, outliving the process. Every method may fail silently: a cache is never an error. */
export interface DiskStore {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, parts: readonly Uint8Array[]): Promise<void>;
}

/** The world the engine runs in: server, command line and tests differ only in what they pass. */
export interface EngineServices {
  /** For people and events: `cpu`, `webgpu`, ... */
  readonly device: string;
  /** Part of the cache keys of nodes with resource `device`: the provider and what else changes numbers. */
  readonly deviceKey: string;
  readonly models: ModelCatalogue;
  lease(engine: EngineContext): ContextLease;
  /** For fingerprints, which run outside any node. */
  readonly outside: FingerprintContext;
  readonly codec: ValueCodec;
  readonly disk?: DiskStore;
}
