import type { CacheReason } from '../contract/run.ts';
import type { KeyParts } from './cache-keys.ts';

type Reason = CacheReason['reason'];

const MESSAGES: Readonly<Record<Reason, string>> = {
  memory: 'Nothing changed since it last ran.',
  disk: 'Nothing changed since it last ran; its result was read from disk.',
  shared: 'Another node does the same with the same inputs; it ran once for both.',
  unneeded: 'Nothing that needs it had to run.',
  new: 'No earlier result of it is known.',
  params: 'Its settings changed.',
  inputs: 'What comes in changed.',
  outside: 'A file, folder or model that it reads changed.',
  version: 'The node itself was updated.',
  device: 'It last ran on another device.',
  never: 'It runs every time.',
  off: 'This run was asked to compute everything anew.',
  evicted: 'Its result was dropped to make room.',
};

const HITS: ReadonlySet<Reason> = new Set(['memory', 'disk', 'shared', 'unneeded']);

/** A reason with its sentence. */
export function cacheReason(reason: Reason): CacheReason {
  return { hit: HITS.has(reason), reason, message: MESSAGES[reason] };
}

/** Why a result was not there, from what the key is made of now and was made of when the node last had a result. */
export function missReason(now: KeyParts, last: KeyParts | undefined): CacheReason {
  if (!last || last.type !== now.type) return cacheReason('new');
  if (last.version !== now.version) return cacheReason('version');
  if (last.params !== now.params) return cacheReason('params');
  if (last.outside !== now.outside) return cacheReason('outside');
  if (last.device !== now.device) return cacheReason('device');
  return cacheReason(last.inputs === now.inputs ? 'evicted' : 'inputs');
}
