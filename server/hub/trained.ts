import type { TrainedValues } from '../../models/manifest.ts';
import { CancelledError } from '../../nodes/sdk/index.ts';
import type { FetchPlan } from './plan.ts';
import { openCached, openRemote, type PiecewiseFile } from './remote-file.ts';
import type { HubSettings } from './settings.ts';

/** Finds how a model's training ended in a file of it; undefined where the file does not say. */
export type ReadTrained = (
  file: PiecewiseFile,
) => Promise<{ readonly scale: number; readonly bias?: number } | undefined>;

/** What is not known this long after it was asked for is done without, in milliseconds: the model works without it. */
const PATIENCE_MS = 60_000;

/**
 * The trained scale and bias of a model whose two towers come without them, from a file of its repository that is not fetched:
 * some hundred kilobytes of it are read.
 * @returns undefined where no file says, or none can be read
 * @throws CancelledError.
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
