import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';

/** Reads the resident bytes of a process from the operating system; undefined on Windows or if the process is gone. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  }
  // Windows has no `ps`. There the pool uses the number that the child sends with its beat.
  if (process.platform === 'win32') return undefined;
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
      const kilobytes = Number(stdout);
      resolve(error || !Number.isFinite(kilobytes) || kilobytes === 0 ? undefined : kilobytes * 1024);
    });
  });
}

/** How many bytes this process and its children may use: the memory of the machine, or the limit of its container. */
export function memoryAllowed(): number {
  const constrained = constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
