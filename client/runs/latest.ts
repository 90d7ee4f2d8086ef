import { isFinal } from '../../server/contract/run.ts';
import { setParam } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { contentOfTab, useTabs } from '../document/tabs.ts';
import { cancelActive, type RunWishes, runTab } from './actions.ts';
import { useRuns } from './store.ts';
import { targetsWithoutSaves } from './without-saves.ts';

/** If the workflow changes, a run that is younger than this may finish, in milliseconds. */
const PATIENCE_MS = 400;

/**
 * `latest`: an outdated run that takes long is cancelled. `patient`: the current run may finish. `asked`: it may, and this one also saves
 * files, because somebody pressed a button for it.
 */
type Mode = 'latest' | 'patient' | 'asked';

/** How a run is wanted. */
interface Wish {
  readonly wishes: RunWishes;
  readonly mode: Mode;
  /** Whether the run is still wanted when its turn comes. */
  readonly still: () => boolean;
}

/** The next run of each tab, to start after the current one. Only the latest change counts. */
const waiting = new Map<string, Wish>();
let begun = false;

/** Whether a tab has a run in progress or a request to start one. */
export function isBusy(tab: string): boolean {
  const { byTab, submitting } = useRuns.getState();
  const run = byTab[tab];
  return submitting.has(tab) || (run !== undefined && run.id !== '' && !run.complete);
}

/** An automatic run replaces the one before it in the history. It saves nothing unless somebody asked for it. */
function start(tab: string, { wishes, mode }: Wish): void {
  const content = contentOfTab(tab);
  const targets = wishes.targets ?? (mode === 'asked' || !content ? undefined : targetsWithoutSaves(content));
  void runTab(tab, { ...wishes, ...(targets && { targets }), series: tab });
}

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

/**
 * Runs a tab after a change, or, if it is running, once after its current run.
 */
export function runLatest(
  tab: string,
  wishes: RunWishes = {},
  still: () => boolean = () => true,
  mode: Mode = 'latest',
): void {
  begin();
  const wish = { wishes, still, mode };
  if (!isBusy(tab)) {
    start(tab, wish);
    return;
  }
  waiting.set(tab, wish);
  if (mode !== 'latest') return;
  const run = useRuns.getState().byTab[tab];
  const isOld = run?.since !== undefined && Date.now() - run.since > PATIENCE_MS;
  // A user who drags a slider does not want to wait for the results of an earlier position.
  if (run && isOld && !isFinal(run.status)) void cancelActive().catch(() => undefined);
}

/**
 * Sets params of a node as one step of undo, and runs the node. A tab that runs on every change runs by itself.
 * @param merge changes in a row with the same name are one step together
 */
export function runWith(nodeId: string, params: Readonly<Record<string, unknown>>, merge?: string): void {
  const before = useDocument.getState().nodes[nodeId];
  documentActions().edit(
    'param',
    (content) =>
      Object.entries(params).reduce((next, [name, value]) => setParam(next, nodeId, name, value), content),
    merge === undefined ? {} : { merge },
  );
  const { active } = useTabs.getState();
  if (active === null || useDocument.getState().nodes[nodeId] === before) return;
  if (!useRuns.getState().auto.has(active)) runLatest(active, { targets: [nodeId] });
}
