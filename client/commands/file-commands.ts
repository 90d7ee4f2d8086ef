import { openFile } from '../canvas/open-file.ts';
import { saveNow, workflowFile } from '../document/session.ts';
import { openEmpty, useTabs } from '../document/tabs.ts';
import { saveFile } from '../ui/browser-files.ts';
import { requestClose } from './close-tab.tsx';
import { isOpen } from './conditions.ts';
import type { Command } from './registry.ts';

/** Commands for a workflow as a file. */
export const FILE_COMMANDS: readonly Command[] = [
  {
    id: 'file.new',
    title: 'command.new',
    words: 'words.new',
    group: 'file',
    keys: ['Alt+N'],
    run: () => void openEmpty(),
  },
  {
    id: 'file.open',
    title: 'command.open',
    words: 'words.open',
    group: 'file',
    keys: ['Mod+O'],
    inFields: true,
    run: () => void openFile(),
  },
  {
    id: 'file.save',
    title: 'command.save',
    words: 'words.save',
    group: 'file',
    keys: ['Mod+S'],
    inFields: true,
    when: isOpen,
    run: () => void saveNow(),
  },
  {
    id: 'file.download',
    title: 'command.download',
    words: 'words.download',
    group: 'file',
    keys: ['Mod+Shift+S'],
    inFields: true,
    when: isOpen,
    run: () => {
      const { name, text } = workflowFile();
      saveFile(new Blob([text], { type: 'application/json' }), name);
    },
  },
  {
    id: 'file.close',
    title: 'command.close',
    group: 'file',
    keys: ['Alt+W'],
    when: isOpen,
    run: () => requestClose(useTabs.getState().active!),
  },
];
