import { isMainThread, Worker, workerData } from 'node:worker_threads';

const INTERVAL_MS = 500;

/**
 * Ends this process when its parent is gone. A thread of its own looks, because the main one hears of a closed channel only
 * between two runs of a model, and a model may never end.
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
  // An orphan is given to another parent at once, where the system works like that.
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
