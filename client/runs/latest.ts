import { isFinal } from '../../server/contract/run.ts';
import { cancelActive, type RunWishes, runTab } from './actions.ts';
import { useRuns } from './store.ts';

/** A run that is overtaken by a change is let finish when it is younger than this, in milliseconds. */
const PATIENCE_MS = 400;

interface Wish {
  readonly wishes: RunWishes;
  /** Whether it is still wanted when its turn comes. */
  readonly still: () => boolean;
}

/** What runs when the run of its tab is over: of many changes only the last counts. */
const waiting = new Map<string, Wish>();
let begun = false;

/** Whether a tab's run is under way, or on its way to the server. */
export function isBusy(tab: string): boolean {
  const { byTab, submitting } = useRuns.getState();
  const run = byTab[tab];
  return submitting.has(tab) || (run !== undefined && run.id !== '' && !run.complete);
}

/** A run that starts by itself takes the place of the one before it in the list of runs. */
const start = (tab: string, { wishes }: Wish) => void runTab(tab, { ...wishes, series: tab });

function begin(): void {
  if (begun) return;
  begun = true;
  useRuns.subscribe(() => {
    for (const [tab, wish] of waiting) {
      if (isBusy(tab)) continue;
      waiting.delete(tab);
      if (wish.still()) start(tab, wish);
    }
  });
}

/** Runs a tab after a change, or once the run under way is over; one that is overtaken and takes long is cancelled. */
export function runLatest(tab: string, wishes: RunWishes = {}, still: () => boolean = () => true): void {
  begin();
  const wish = { wishes, still };
  if (!isBusy(tab)) {
    start(tab, wish);
    return;
  }
  waiting.set(tab, wish);
  const run = useRuns.getState().byTab[tab];
  const isOld = run?.since !== undefined && Date.now() - run.since > PATIENCE_MS;
  // Whoever drags a slider does not want to wait for the results of where it was.
  if (run && isOld && !isFinal(run.status)) void cancelActive().catch(() => undefined);
}
