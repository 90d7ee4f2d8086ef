import { PatchbayError } from './errors.ts';
import type { ImageItem, Skipped } from './values.ts';

/**
 * One picture of many that cannot be read costs only itself; when it is all of them there is no result to go on with.
 * @param skipped those left out of `given`, in any order among others
 * @throws PatchbayError `image.unreadable` with the first reason when pictures were given and none was read
 */
export function refuseAllUnread(
  given: readonly ImageItem[],
  read: number,
  skipped: readonly Skipped[],
): void {
  if (given.length === 0 || read > 0) return;
  const [first] = given;
  const path = first?.path ?? '';
  const reason =
    skipped.findLast((one) => (one.path ?? one.name) === path)?.reason ?? 'It could not be read.';
  throw new PatchbayError({
    code: 'image.unreadable',
    message:
      given.length === 1
        ? `${path} was not read. ${reason}`
        : `None of the ${given.length} pictures could be read. The first, ${path}: ${reason}`,
    port: 'images',
    got: path,
  });
}
