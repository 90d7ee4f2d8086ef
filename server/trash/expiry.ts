import { TRASH_DAYS } from '../contract/trash.ts';
import { errorFields, type Log } from '../log.ts';
import type { Trash } from './trash.ts';

const HOUR_MS = 60 * 60 * 1000;

/**
 * Deletes entries of the trash for good that are older than {@link TRASH_DAYS} days: now, and once an hour. @returns a function that
 * stops it
 */
export function expireTrash(
  trash: Pick<Trash, 'empty'>,
  log: Log,
  now = () => Date.now(),
): () => Promise<void> {
  const expire = async () => {
    try {
      const { items, files, bytes } = await trash.empty(new Date(now() - TRASH_DAYS * 24 * HOUR_MS));
      if (items.length > 0) log.info('trash deleted', { entries: items.length, files, bytes });
    } catch (error) {
      log.warn('old entries of the trash cannot be deleted', errorFields(error));
    }
  };
  let working = expire();
  const timer = setInterval(() => {
    working = working.then(expire);
  }, HOUR_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await working;
  };
}
