import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a test run a temporary folder of its own, for every file of it and every process these start, and takes it away
 * in the end: tests make many folders, and what is left behind adds up on somebody's disk.
 */
export default function ownTmp(): () => Promise<void> {
  const outer = { TMPDIR: process.env.TMPDIR, TEMP: process.env.TEMP };
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-test-'));
  Object.assign(process.env, { TMPDIR: folder, TEMP: folder });
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
