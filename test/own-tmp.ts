import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../server/runtime/ort/no-telemetry.ts';

/**
 * Gives a test run its own temporary folder, for all its files and processes, and deletes the folder at the end. Tests
 * make many folders, which would otherwise stay on the disk. All test projects share one folder. Its name is short,
 * because the path of a browser's socket can have at most 107 characters. Tests that use ONNX Runtime directly report
 * nothing either.
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
    // A browser that is closing may still write for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }).catch(
      (error: Error) => console.error(`${folder} could not be removed: ${error.message}`),
    );
  };
}
