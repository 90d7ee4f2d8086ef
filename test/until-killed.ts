import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

if (!existsSync(join(import.meta.dirname, '../dist/server/cli.js')))
  throw new Error('The server is not built: `npm run build` first.');

/**
 * Runs a script that changes a folder step by step from a number on and answers each step with a line, and kills it some time after the
 * first answer. @returns the numbers that were answered
 */
export async function untilKilled(
  script: string,
  folder: string,
  from: number,
  ms: number,
): Promise<number[]> {
  const child = spawn(process.execPath, [script, folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  const started = new Promise<void>((resolve) => {
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString();
      resolve();
    });
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await Promise.race([started, gone]);
  await sleep(ms);
  child.kill('SIGKILL');
  await gone;
  expect(child.signalCode).toBe('SIGKILL');
  return out.split('\n').slice(0, -1).map(Number);
}
