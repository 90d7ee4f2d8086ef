import { baseName } from '../../nodes/sdk/file-names.ts';
import { isFinal, type RunDetail } from '../../server/contract/run.ts';
import type { Content } from '../document/content.ts';
import { openStarter } from '../document/starters.ts';
import { useTabs } from '../document/tabs.ts';
import { cancelRun, forgetRun, getRun, runFileUrl, submitRun } from '../ui/api/runs.ts';
import { isNarrow } from '../ui/narrow.ts';
import { t } from '../ui/strings/index.ts';
import { plainText } from '../ui/strings/told.ts';
import { plainName, uploadFolder } from '../widgets/drops.ts';
import { savingWorkflow, type Trained, templateFor, usingTrained } from './trained.ts';

const AGAIN_MS = 300;

/** Waits until a run has ended. @throws Error with its first problem, or if `signal` aborted */
async function ended(id: string, signal: AbortSignal): Promise<RunDetail> {
  for (;;) {
    const run = await getRun(id, signal);
    if (run.status === 'completed') return run;
    if (isFinal(run.status)) {
      const [problem] = run.problems;
      throw new Error(problem ? plainText(problem) : t('use.failed'));
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    signal.throwIfAborted();
  }
}

/** Copies the files of a run to the uploads, where they stay. @returns the path of the file or folder, for a workflow */
async function keep(
  run: RunDetail,
  name: string,
  kind: Trained['kind'],
  signal: AbortSignal,
): Promise<string> {
  const files = await Promise.all(
    run.files.map(async ({ path }) => {
      const response = await fetch(runFileUrl(run.id, path), { signal });
      if (!response.ok) throw new Error(t('use.failed'));
      const file = baseName(path);
      return { path: file, file: new File([await response.blob()], file) };
    }),
  );
  const { folder, first } = await uploadFolder({ folder: name, files }, undefined, signal);
  return kind === 'classifier' ? first : folder;
}

/**
 * Saves what a node learned, and opens the template that uses it. The training runs again only if its result is no longer in the
 * cache. @throws ApiError or Error with a sentence; nothing is opened then
 */
export async function useTrained(
  content: Content,
  trained: Trained,
  wish: string,
  signal: AbortSignal,
): Promise<void> {
  const name = plainName(wish);
  const submitted = await submitRun(
    { workflow: savingWorkflow(content, trained, name) },
    crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
  );
  const { id } = submitted;
  let path: string;
  try {
    path = await keep(await ended(id, signal), name, trained.kind, signal);
  } catch (error) {
    if (signal.aborted) await cancelRun(id).catch(() => {});
    throw error;
  } finally {
    // Its files are kept elsewhere; the list of runs is for results.
    void forgetRun(id).catch(() => {});
  }
  const { view } = useTabs.getState();
  await openStarter(
    templateFor(content, trained),
    view === 'form' || isNarrow() ? 'form' : 'canvas',
    (workflow) => {
      const used = usingTrained(workflow, content, trained, path);
      return { ...used, name: t(trained.kind === 'classifier' ? 'use.sortInto' : 'use.workflow', { name }) };
    },
  );
}
