import { runFileUrl } from '../api/runs.ts';

/** A path of a file that a run wrote, relative to its folder; undefined where it is none of this run's. */
export function pathInRun(path: string, runId: string): string | undefined {
  const parts = path.split(/[/\\]/);
  const at = parts.lastIndexOf(runId);
  return at === -1 || at === parts.length - 1 ? undefined : parts.slice(at + 1).join('/');
}

/** Address of a file that a run wrote, by the path its result names. */
export function addressInRun(path: string, runId: string | undefined): string | undefined {
  const relative = runId === undefined ? undefined : pathInRun(path, runId);
  return relative === undefined ? undefined : runFileUrl(runId as string, relative);
}
