import { runFileUrl } from '../ui/api/runs.ts';

/** A path of a file that a run wrote: the run and the path below its folder; undefined for any other path. */
export function fileOfRun(path: string): { readonly runId: string; readonly path: string } | undefined {
  const [, runId, below] = /[/\\](run_[0-9a-z]{25})[/\\](.+)$/.exec(path) ?? [];
  if (runId === undefined || below === undefined) return undefined;
  return { runId, path: below.replaceAll('\\', '/') };
}

/** Address of a file that a run wrote, by the path its result names. */
export function runFileAddress(path: string): string | undefined {
  const file = fileOfRun(path);
  return file && runFileUrl(file.runId, file.path);
}
