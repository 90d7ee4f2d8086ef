import { notifications } from '@mantine/notifications';
import type { Command } from '../commands/registry.ts';
import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { t } from '../strings/index.ts';
import { cancelActive, runActive, runTo } from './actions.ts';
import { toggleAutoRun } from './auto-run.ts';
import { isFinal } from './run-state.ts';
import { useRuns } from './store.ts';

/** Tells when something that was asked for did not work, in a sentence. */
export async function attempt(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    notifications.show({
      color: 'red',
      message: t('run.actionFailed', { reason: (error as Error).message }),
    });
  }
}

const isOpen = () => {
  const { active, view } = useTabs.getState();
  return active !== null && view !== 'home';
};

/** Whether the workflow that is seen has a run that has not ended. */
function isRunning(): boolean {
  const { active } = useTabs.getState();
  const run = active === null ? undefined : useRuns.getState().byTab[active];
  return run !== undefined && run.id !== '' && !isFinal(run.status);
}

/** Nodes that are selected. */
export function selectedNodes(): string[] {
  const { selection, nodes } = useDocument.getState();
  return [...selection].filter((id) => Object.hasOwn(nodes, id));
}

/** What can be done about runs, for keys, palette and menus. */
export const runCommands: readonly Command[] = [
  {
    id: 'run.run',
    title: 'run.run',
    group: 'run',
    keys: ['Mod+Enter'],
    inFields: true,
    when: isOpen,
    run: () => {
      // A field that is being written in gives its value when it is left.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      void runActive();
    },
  },
  {
    id: 'run.toSelection',
    title: 'run.toSelection',
    group: 'run',
    keys: ['Mod+Shift+Enter'],
    when: () => isOpen() && selectedNodes().length > 0,
    run: () => void runTo(selectedNodes()),
  },
  {
    id: 'run.fresh',
    title: 'run.fresh',
    group: 'run',
    when: isOpen,
    run: () => void runActive({ cache: false }),
  },
  { id: 'run.auto', title: 'run.auto', group: 'run', when: isOpen, run: toggleAutoRun },
  {
    id: 'run.cancel',
    title: 'run.cancel',
    group: 'run',
    keys: ['Mod+Alt+Enter'],
    inFields: true,
    when: isRunning,
    run: () => void attempt(cancelActive()),
  },
];
