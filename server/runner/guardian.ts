import { isMainThread, Worker, workerData } from 'node:worker_threads';

const INTERVAL_MS = 500;

/**
 * Ends this process when its parent is gone. A separate thread checks this, because the main thread may be busy inside
 * a model for a long time, or forever.
 */
export function startGuardian(parent: number): void {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: parent,
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  worker.unref();
}

function parentIsGone(parent: number): boolean {
  // Unix systems give an orphan to another parent at once, so its parent id changes.
  if (process.platform !== 'win32') return process.ppid !== parent;
  try {
    process.kill(parent, 0);
    return false;
  } catch {
    return true;
  }
}

if (!isMainThread && typeof workerData === 'number') {
  setInterval(() => {
    if (parentIsGone(workerData as number)) process.kill(process.pid, 'SIGKILL');
  }, INTERVAL_MS);
}
