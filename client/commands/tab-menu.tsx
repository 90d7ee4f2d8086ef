import { Menu } from '@mantine/core';
import { Copy, FileJson, Pencil, X } from 'lucide-react';
import { workflowOf } from '../document/content.ts';
import { saveTab } from '../document/session.ts';
import { documentActions } from '../document/store.ts';
import { activateTab, contentOfTab, openWorkflow, type Tab, useTabs } from '../document/tabs.ts';
import { askName } from '../ui/ask-name.tsx';
import { useBack } from '../ui/back.ts';
import { t } from '../ui/strings/index.ts';
import { nameOf, requestClose } from './close-tab.tsx';
import { downloadWorkflow } from './sharing.ts';

const MOST = 200;

function rename(tab: Tab): void {
  askName({
    title: t('tabs.rename'),
    action: t('categories.rename'),
    start: nameOf(tab),
    maxLength: MOST,
    onName: (name) => {
      activateTab(tab.key);
      documentActions().edit('rename', (content) => ({ ...content, name }));
    },
  });
}

function duplicate(tab: Tab): void {
  const content = contentOfTab(tab.key);
  if (!content) return;
  const name = `${nameOf(tab)} ${t('tabs.copySuffix')}`;
  const key = openWorkflow(workflowOf({ ...content, name }), { name, view: tab.view });
  void saveTab(key);
}

/** The menu of a tab, at a point of the window. */
export function TabMenu({
  tab,
  at,
  onClose,
}: {
  readonly tab: Tab;
  readonly at: { readonly x: number; readonly y: number };
  readonly onClose: () => void;
}) {
  const others = useTabs((state) => state.tabs).filter(({ key }) => key !== tab.key);
  useBack(true, onClose);
  return (
    <Menu
      opened
      onChange={(opened) => !opened && onClose()}
      position="bottom-start"
      offset={2}
      width={230}
      withinPortal
      zIndex={350}
      withInitialFocusPlaceholder={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <span style={{ position: 'fixed', left: at.x, top: at.y }} />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('tabs.menu', { name: nameOf(tab) })}>
        <Menu.Item leftSection={<Pencil size={14} aria-hidden />} onClick={() => rename(tab)}>
          {t('tabs.rename')}
        </Menu.Item>
        <Menu.Item leftSection={<Copy size={14} aria-hidden />} onClick={() => duplicate(tab)}>
          {t('command.duplicate')}
        </Menu.Item>
        <Menu.Item
          leftSection={<FileJson size={14} aria-hidden />}
          onClick={() => {
            activateTab(tab.key);
            void downloadWorkflow();
          }}
        >
          {t('command.download')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<X size={14} aria-hidden />} onClick={() => requestClose(tab.key)}>
          {t('tabs.closeGone')}
        </Menu.Item>
        {others.length > 0 && (
          <Menu.Item onClick={() => requestClose(...others.map(({ key }) => key))}>
            {t('tabs.closeOthers', { count: others.length })}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
