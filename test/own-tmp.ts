import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a test run a temporary folder of its own, for every file of it and every process these start, and takes it away
 * in the end: tests make many folders, and what is left behind adds up on somebody's disk. Each project of the tests asks
 * for it; one folder serves all, and its name is short, since a browser's socket in it may have 107 characters.
 */
export default function ownTmp(): (() => Promise<void>) | undefined {
  if (process.env.PATCHBAY_TEST_TMP !== undefined) return undefined;
  const outer = { TMPDIR: process.env.TMPDIR, TEMP: process.env.TEMP, PATCHBAY_TEST_TMP: undefined };
  const folder = mkdtempSync(join(tmpdir(), 'pb-test-'));
  Object.assign(process.env, { TMPDIR: folder, TEMP: folder, PATCHBAY_TEST_TMP: folder });
  return async () => {
    for (const [name, value] of Object.entries(outer))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    // A browser that is still closing writes for a moment longer.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }).catch(
      (error: Error) => console.error(`${folder} could not be removed: ${error.message}`),
    );
  };
}
