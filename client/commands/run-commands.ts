import { selectedNodes } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { cancelActive, runActive, runTo } from '../runs/actions.ts';
import { toggleAutoRun } from '../runs/auto-run.ts';
import type { Command } from './registry.ts';

const isOpen = () => useTabs.getState().active !== null && useTabs.getState().view !== 'home';

/** Commands for runs. */
export const RUN_COMMANDS: readonly Command[] = [
  {
    id: 'run.start',
    title: 'command.run',
    group: 'run',
    keys: ['Mod+Enter'],
    inFields: true,
    when: isOpen,
    run: () => void runActive(),
  },
  {
    id: 'run.toHere',
    title: 'command.runTo',
    group: 'run',
    keys: ['Mod+Shift+Enter'],
    inFields: true,
    when: () => isOpen() && selectedNodes().length > 0,
    run: () => void runTo(selectedNodes()),
  },
  {
    id: 'run.fresh',
    title: 'run.fresh',
    words: 'words.fresh',
    group: 'run',
    when: isOpen,
    run: () => void runActive({ useCache: false }),
  },
  {
    id: 'run.cancel',
    title: 'command.cancel',
    words: 'words.cancel',
    group: 'run',
    keys: ['Mod+Alt+Enter'],
    inFields: true,
    when: isOpen,
    run: () => void cancelActive(),
  },
  {
    id: 'run.auto',
    title: 'command.autoRun',
    words: 'words.auto',
    group: 'run',
    when: isOpen,
    run: toggleAutoRun,
  },
];
