import { Modal } from '@mantine/core';
import { useMemo, useState } from 'react';
import { addNode, besideSelection } from '../canvas/add-node.ts';
import { PickList } from '../canvas/search/pick-list.tsx';
import { rank, searchable } from '../canvas/search/rank.ts';
import { useTabs } from '../document/tabs.ts';
import { useCatalogue } from '../ui/api/catalogue.ts';
import { keyText } from '../ui/keys.ts';
import { nodeText, t, useLanguage } from '../ui/strings/index.ts';
import { type Command, keysOf, useCommands, useOverlay } from './registry.ts';

const MOST = 60;
/** The most used groups first. */
const GROUPS: readonly Command['group'][] = ['run', 'file', 'edit', 'canvas', 'view', 'node'];

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly run: () => void;
}

const close = () => useOverlay.setState({ open: null });

/** Whether all words occur in the name of a command or in its other search words. */
function fits(command: Command, words: readonly string[]): boolean {
  const names = [t(command.title), command.words ? t(command.words) : ''].join(' ').toLowerCase();
  return words.every((word) => names.includes(word));
}

function useEntries(query: string): Entry[] {
  const commands = useCommands((state) => state.byId);
  const types = useCatalogue((state) => state.types);
  const view = useTabs((state) => state.view);
  useLanguage((state) => state.language);
  return useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = Object.values(commands)
      .filter((command) => command.id !== 'view.palette' && command.when?.() !== false)
      .filter((command) => fits(command, words))
      .sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group))
      .map((command) => {
        const [key] = keysOf(command);
        return {
          id: command.id,
          title: t(command.title),
          note: key === undefined ? t(`command.group.${command.group}`) : keyText(key),
          run: command.run,
        };
      });
    if (view !== 'canvas' || words.length === 0) return fitting.slice(0, MOST);
    const items = Object.values(types).map((type) => searchable(type, nodeText(type.type)));
    const nodes = rank(query, items).map(({ descriptor: { type } }) => ({
      id: `node:${type}`,
      title: nodeText(type).title,
      note: t('command.addNode'),
      run: () => void addNode(type, besideSelection(type), { show: true }),
    }));
    return [...fitting, ...nodes].slice(0, MOST);
  }, [commands, types, query, view]);
}

function List() {
  const [query, setQuery] = useState('');
  const entries = useEntries(query);
  const choose = (entry: Entry) => {
    close();
    // Wait until the dialog has returned the focus.
    setTimeout(entry.run, 0);
  };
  return (
    <search className="pb-palette">
      <PickList
        label={t('command.search')}
        listLabel={t('command.palette')}
        query={query}
        onQuery={setQuery}
        found={entries}
        keyOf={({ id }) => id}
        row={({ title, note }) => (
          <>
            <span className="pb-search-title">{title}</span>
            <kbd>{note}</kbd>
          </>
        )}
        onChoose={choose}
        none={t('command.none')}
      />
    </search>
  );
}

/** A search for all commands, and for nodes to add. */
export function Palette() {
  const opened = useOverlay((state) => state.open === 'palette');
  useLanguage();
  return (
    <Modal.Root
      opened={opened}
      onClose={close}
      size={520}
      padding={0}
      yOffset="12vh"
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={t('command.palette')}>
        <Modal.Body>
          <List />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
