import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const NAME = 'model-facts.json';

/** Tiny models of real architectures. */
export const fixtureModels = join(root, 'test/fixtures/oracles');

/**
 * Gives a data folder what an earlier start found out about the fixture models. Reading them all takes a new server half a
 * second of a core. The product writes and checks this file itself, so a model that changes is read again.
 */
export function rememberModels(dataFolder: string): void {
  const facts = join(tmpdir(), NAME);
  if (!existsSync(facts)) {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-facts-'));
    const store = pathToFileURL(join(root, 'dist/server/runtime/models/store.js')).href;
    const code = `const { openModelStore } = await import(${JSON.stringify(store)}); await openModelStore({ folders: [process.argv[1]], dataFolder: process.argv[2] });`;
    execFileSync(process.execPath, ['--input-type=module', '-e', code, fixtureModels, folder]);
    renameSync(join(folder, NAME), facts);
  }
  mkdirSync(dataFolder, { recursive: true });
  copyFileSync(facts, join(dataFolder, NAME));
}
