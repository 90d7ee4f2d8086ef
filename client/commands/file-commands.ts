import { openFile } from '../canvas/open-file.ts';
import { saveNow } from '../document/session.ts';
import { openEmpty, useTabs } from '../document/tabs.ts';
import { requestClose } from './close-tab.tsx';
import { isOpen } from './conditions.ts';
import { COPY_FORMS, type CopyForm } from './copy-as.ts';
import type { Command } from './registry.ts';
import { copyAs, downloadWorkflow, shareWithFiles } from './sharing.ts';

const copyCommand = (form: CopyForm): Command => ({
  id: `file.copyAs.${form}`,
  title: `command.copyAs.${form}`,
  words: 'words.copyAs',
  group: 'file',
  when: isOpen,
  run: () => void copyAs(form),
});

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
    run: () => void downloadWorkflow(),
  },
  {
    id: 'file.share',
    title: 'command.share',
    words: 'words.share',
    group: 'file',
    when: isOpen,
    run: () => void shareWithFiles(),
  },
  ...COPY_FORMS.map(copyCommand),
  {
    id: 'file.close',
    title: 'command.close',
    group: 'file',
    keys: ['Alt+W'],
    when: isOpen,
    run: () => requestClose(useTabs.getState().active!),
  },
];
