import './commands.css';
import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { Command as CommandIcon, House, Plus, X } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { keepMineAsCopy, loadTheirs } from '../document/session.ts';
import {
  activateTab,
  closeTab,
  goHome,
  openEmpty,
  showAs,
  type Tab,
  useActiveTab,
  useTabs,
} from '../document/tabs.ts';
import { RunButton } from '../runs/run-button.tsx';
import { useBack } from '../ui/back.ts';
import { dateText } from '../ui/format.ts';
import { Hint } from '../ui/hint.tsx';
import { loadedLater } from '../ui/loaded-later.tsx';
import { t, useLanguage } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { tell } from '../ui/tell.ts';
import { CloseQuestion, nameOf, requestClose } from './close-tab.tsx';
import { MissingFiles } from './missing-files.tsx';
import { useOverlay } from './registry.ts';
import { SettingsMenu } from './settings.tsx';
import { ShareMenu } from './share-menu.tsx';
import { ShortcutsSheet } from './shortcuts-sheet.tsx';
import { TabMenu } from './tab-menu.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const Palette = loadedLater(async () => (await import('./palette.tsx')).Palette);

/** Mounts the palette on first use and keeps it, because it returns the focus when it closes. */
function PaletteWhenOpened() {
  const isOpen = useOverlay((state) => state.open === 'palette');
  const [wasOpened, setOpened] = useState(false);
  if (isOpen && !wasOpened) setOpened(true);
  return wasOpened ? <Palette /> : null;
}

const TabButton = memo(function TabButton({ tab, active }: { readonly tab: Tab; readonly active: boolean }) {
  const name = nameOf(tab);
  const dirty = tab.dirty || tab.conflict !== null || tab.isGone === true;
  const box = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ readonly x: number; readonly y: number } | null>(null);
  useEffect(() => {
    if (active) box.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);
  return (
    <div ref={box} className={`pb-tab${active ? ' pb-tab-active' : ''}`} data-dirty={dirty}>
      {menu && <TabMenu tab={tab} at={menu} onClose={() => setMenu(null)} />}
      <button
        type="button"
        className="pb-tab-name"
        aria-current={active ? 'page' : undefined}
        title={tab.problem ? t('tabs.notSaved', { problem: told(tab.problem) }) : name}
        onClick={() => activateTab(tab.key)}
        onAuxClick={(event) => {
          if (event.button === 1) requestClose(tab.key);
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          // The key for menus has no place of its own.
          setMenu(event.clientX > 0 ? { x: event.clientX, y: event.clientY } : { x: left, y: bottom });
        }}
      >
        <span className="pb-tab-text">{name}</span>
        {tab.run && (
          <span
            className="pb-tab-run"
            title={t('tabs.earlierRunHelp', { time: dateText(tab.run.createdAt) })}
          >
            {t('tabs.earlierRun')}
          </span>
        )}
        {dirty && (
          <span className="pb-dirty" role="img" aria-label={t('tabs.unsaved')} title={t('tabs.unsaved')} />
        )}
      </button>
      <button
        type="button"
        className="pb-tab-close"
        aria-label={t('tabs.close', { name })}
        onClick={() => requestClose(tab.key)}
      >
        <X size={12} aria-hidden="true" />
      </button>
    </div>
  );
});

/** A separate component, because every edit changes the state of a tab. */
function Tabs() {
  const tabs = useTabs((state) => state.tabs);
  const active = useTabs((state) => state.active);
  const view = useTabs((state) => state.view);
  const box = useRef<HTMLElement>(null);
  // The room for the tabs changes with the window and with the tools beside them.
  useEffect(() => {
    const nav = box.current;
    if (!nav) return;
    const resized = new ResizeObserver(() =>
      nav.querySelector('.pb-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
    resized.observe(nav);
    return () => resized.disconnect();
  }, []);
  return (
    <nav ref={box} className="pb-tabs" aria-label={t('tabs.label')}>
      {tabs.map((tab) => (
        <TabButton key={tab.key} tab={tab} active={tab.key === active && view !== 'home'} />
      ))}
    </nav>
  );
}

function Conflict() {
  const tab = useActiveTab();
  if (tab?.isGone)
    return (
      <div className="pb-conflict" role="alert">
        <span>{t('tabs.gone', { name: nameOf(tab) })}</span>
        <Button size="compact-sm" onClick={() => keepMineAsCopy(tab.key, '')}>
          {t('tabs.saveAgain')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => closeTab(tab.key)}>
          {t('tabs.closeGone')}
        </Button>
      </div>
    );
  if (!tab || tab.conflict === null) return null;
  const theirs = () => loadTheirs(tab.key).catch((error: unknown) => tell('error', told(messageOf(error))));
  return (
    <div className="pb-conflict" role="alert">
      <span>{t('tabs.conflict', { name: nameOf(tab) })}</span>
      <Button size="compact-sm" onClick={() => keepMineAsCopy(tab.key, t('tabs.copySuffix'))}>
        {t('tabs.keepMine')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => void theirs()}>
        {t('tabs.takeTheirs')}
      </Button>
    </div>
  );
}

/** Tabs, the Run button, canvas or form, all commands, settings. */
export function TopBar() {
  const active = useTabs((state) => state.active);
  const view = useTabs((state) => state.view);
  useLanguage();
  useShortcuts();
  // The palette, the shortcuts or the settings.
  const hasOverlay = useOverlay((state) => state.open !== null);
  useBack(hasOverlay, () => useOverlay.setState({ open: null }));
  return (
    <>
      <header className="pb-top">
        <Hint label={t('command.home')}>
          <ActionIcon
            variant={view === 'home' ? 'light' : 'subtle'}
            color="gray"
            aria-label={t('command.home')}
            onClick={goHome}
          >
            <House size={18} aria-hidden="true" />
          </ActionIcon>
        </Hint>
        <Tabs />
        <Hint label={t('command.new')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('command.new')}
            onClick={() => void openEmpty()}
          >
            <Plus size={16} aria-hidden="true" />
          </ActionIcon>
        </Hint>
        <span className="pb-top-space" />
        {active !== null && view !== 'home' && (
          <>
            <SegmentedControl
              size="xs"
              value={view}
              onChange={(next) => showAs(next as 'canvas' | 'form')}
              data={[
                { value: 'canvas', label: t('tabs.canvas') },
                { value: 'form', label: t('tabs.form') },
              ]}
            />
            <ShareMenu />
            <RunButton />
          </>
        )}
        <Hint label={t('command.palette')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            className="pb-for-keys"
            aria-label={t('command.palette')}
            onClick={() => useOverlay.setState({ open: 'palette' })}
          >
            <CommandIcon size={16} aria-hidden="true" />
          </ActionIcon>
        </Hint>
        <SettingsMenu />
      </header>
      <Conflict />
      <MissingFiles />
      <CloseQuestion />
      <PaletteWhenOpened />
      <ShortcutsSheet />
    </>
  );
}
