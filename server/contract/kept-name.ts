import { safeName } from '../../nodes/sdk/file-names.ts';

/** The most characters of the name of a category set or collection. */
export const MAX_KEPT_NAME = 80;
const MAX_BYTES = 200;

/**
 * Whether a text can be the name of a category set or collection: it is the name of a file on every system, and not
 * mistaken for a path.
 */
export const isKeptName = (name: string): boolean =>
  name !== '' &&
  name.length <= MAX_KEPT_NAME &&
  new TextEncoder().encode(name).length <= MAX_BYTES &&
  safeName(name, '') === name &&
  !/\.json$/i.test(name);

/** The name of a collection as it is kept and looked up. */
export const collectionName = (given: string): string => given.trim().normalize('NFC');
