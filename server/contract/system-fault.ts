import type { Message } from '../../nodes/sdk/messages.ts';
import { systemMessage } from './messages/system.ts';

const CODES = {
  EACCES: 'system.no-permission',
  EPERM: 'system.no-permission',
  EROFS: 'system.no-permission',
  ENOENT: 'system.not-found',
  ENOSPC: 'system.disk-full',
  EDQUOT: 'system.disk-full',
} as const;

/** Explains an error of the operating system about a file; undefined for any other error. */
export function systemFault(thrown: unknown): Message | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code, path, dest } = thrown as { code?: unknown; path?: unknown; dest?: unknown };
  const place = typeof dest === 'string' ? dest : path;
  if (typeof code !== 'string' || typeof place !== 'string' || !Object.hasOwn(CODES, code)) return undefined;
  return systemMessage(CODES[code as keyof typeof CODES], { path: place, error: code });
}
