import type { TrainedValues } from '../../models/manifest.ts';
import { CancelledError } from '../../nodes/sdk/index.ts';
import type { FetchPlan } from './plan.ts';
import { openCached, openRemote, type PiecewiseFile } from './remote-file.ts';
import type { HubSettings } from './settings.ts';

/** Reads the trained scale and bias from a file of a model; undefined if the file does not contain them. */
export type ReadTrained = (
  file: PiecewiseFile,
) => Promise<{ readonly scale: number; readonly bias?: number } | undefined>;

/** How long the search may take, in milliseconds. The model also works without the values. */
const PATIENCE_MS = 60_000;

/**
 * Finds the trained scale and bias of a model whose two towers lack them. It reads some hundred kilobytes of another file of the
 * repository, without downloading that file.
 * @returns undefined if no file contains them or can be read
 * @throws CancelledError
 */
export async function findTrained(
  { repo, trainedIn }: Pick<FetchPlan, 'repo' | 'trainedIn'>,
  commit: string,
  { settings, readTrained }: { readonly settings: HubSettings; readonly readTrained?: ReadTrained },
  signal: AbortSignal,
): Promise<TrainedValues | undefined> {
  if (!readTrained) return undefined;
  const patient = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  for (const path of trainedIn) {
    const address = { repo, revision: commit, path };
    const cached = await openCached(address, settings);
    try {
      const file = cached ?? (settings.offline ? undefined : await openRemote(address, settings, patient));
      const found = file && (await readTrained(file));
      if (found) return { ...found, from: path };
    } catch {
      if (signal.aborted) throw new CancelledError();
    } finally {
      await cached?.close();
    }
  }
  return undefined;
}
