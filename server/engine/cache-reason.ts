import { cacheMessage } from '../contract/messages/cache.ts';
import type { CacheReason } from '../contract/run.ts';
import type { KeyParts } from './cache-keys.ts';

type Reason = CacheReason['reason'];

const HITS: ReadonlySet<Reason> = new Set(['memory', 'disk', 'shared', 'unneeded']);

/** A reason together with its message. */
export function cacheReason(reason: Reason): CacheReason {
  return { hit: HITS.has(reason), reason, ...cacheMessage(`cache.${reason}`) };
}

/** Why the cache has no result. Compares the parts of the key now with those of the node's last result. */
export function missReason(now: KeyParts, last: KeyParts | undefined): CacheReason {
  if (!last || last.type !== now.type) return cacheReason('new');
  if (last.version !== now.version) return cacheReason('version');
  if (last.params !== now.params) return cacheReason('params');
  if (last.outside !== now.outside) return cacheReason('outside');
  if (last.device !== now.device) return cacheReason('device');
  return cacheReason(last.inputs === now.inputs ? 'evicted' : 'inputs');
}
