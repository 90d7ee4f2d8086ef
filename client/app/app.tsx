import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { showNode } from '../canvas/view.ts';
import { TopBar } from '../commands/top-bar.tsx';
import { keepChecked } from '../document/checks.ts';
import { keepLooking } from '../document/paths.ts';
import { beginSession } from '../document/session.ts';
import { goHome, useTabs } from '../document/tabs.ts';
import { Home } from '../home/home.tsx';
import { useCategorySets } from '../labels/sets.ts';
import { LeftRail } from '../panels/left-rail.tsx';
import { CategoryBar } from '../results/pictures/category-bar.tsx';
import { CorrectionBar } from '../results/pictures/correction-bar.tsx';
import { PictureMenu } from '../results/pictures/picture-menu.tsx';
import { useSortRequest } from '../results/pictures/sortable.ts';
import { useCompared } from '../results/side-by-side.ts';
import { beginRuns } from '../runs/actions.ts';
import { beginRetrain } from '../runs/retrain.ts';
import { RunBar } from '../runs/run-bar.tsx';
import { loadCatalogue } from '../ui/api/catalogue.ts';
import { AskName } from '../ui/ask-name.tsx';
import { beginBack, useBack } from '../ui/back.ts';
import { useCollectionsState } from '../ui/collections/collections.ts';
import { outbox } from '../ui/labels/outbox.ts';
import { loadedLater } from '../ui/loaded-later.tsx';
import { useLanguage } from '../ui/strings/index.ts';
import { colorSchemeManager, cssVariablesResolver, theme } from '../ui/theme/theme.ts';
import { useTrash } from '../ui/trash/trash.ts';

// The home page does not wait for the canvas. The code of a room loads when it is opened, or when the page is idle.
const CanvasRoom = loadedLater(async () => (await import('./canvas-room.tsx')).CanvasRoom);
const TrashWindow = loadedLater(async () => (await import('../ui/trash/trash-window.tsx')).TrashWindow);
const SideBySideWindow = loadedLater(
  async () => (await import('../results/side-by-side-window.tsx')).SideBySideWindow,
);
const LabelRoom = loadedLater(async () => (await import('../labels/label-room.tsx')).LabelRoom);
const SetsWindow = loadedLater(async () => (await import('../labels/sets-window.tsx')).SetsWindow);
const CollectionsWindow = loadedLater(
  async () => (await import('../panels/collections-window.tsx')).CollectionsWindow,
);
const FormView = loadedLater(async () => (await import('../form/form-view.tsx')).FormView);

function loadRooms(): void {
  CanvasRoom.preload();
  FormView.preload();
  LabelRoom.preload();
}

function Main() {
  const view = useTabs((state) => state.view);
  if (view === 'home') return <Home />;
  if (view === 'form') return <FormView />;
  return <CanvasRoom />;
}

function TrashLater() {
  return useTrash((state) => state.open) ? <TrashWindow /> : null;
}

function CompareLater() {
  return useCompared((state) => state.ids !== null) ? <SideBySideWindow /> : null;
}

function SortLater() {
  return useSortRequest((state) => state.request !== null) ? <LabelRoom /> : null;
}

function SetsLater() {
  return useCategorySets((state) => state.open) ? <SetsWindow /> : null;
}

function CollectionsLater() {
  return useCollectionsState((state) => state.isOpen) ? <CollectionsWindow /> : null;
}

/** The whole studio: top bar, left rail, home or canvas or form, inspector, run bar. */
export function App() {
  const language = useLanguage((state) => state.language);
  const isWorkflow = useTabs((state) => state.view !== 'home' && state.active !== null);
  useBack(isWorkflow, goHome, 'workflow');
  useEffect(() => {
    void loadCatalogue();
    void beginSession();
    beginRuns();
    // Changes that the page before could not send.
    if (!outbox.isEmpty()) LabelRoom.preload();
    // Safari has no requestIdleCallback.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(loadRooms, { timeout: 3000 });
    else setTimeout(loadRooms, 1000);
    // Also for the form, which shows problems too.
    const stops = [keepChecked(), keepLooking(), beginBack(), beginRetrain()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      cssVariablesResolver={cssVariablesResolver}
    >
      <Notifications position="bottom-right" />
      {/* The language rarely changes. A new key renders everything again, so that no text stays in the old language. */}
      <div className="pb-shell" key={language}>
        <TopBar />
        <div className="pb-middle">
          <LeftRail />
          <main className="pb-main">
            <Main />
          </main>
        </div>
        <RunBar onShowNode={showNode} />
        <TrashLater />
        <CompareLater />
        <SortLater />
        <SetsLater />
        <CollectionsLater />
        <PictureMenu />
        <AskName />
        <CategoryBar />
        <CorrectionBar />
      </div>
    </MantineProvider>
  );
}
