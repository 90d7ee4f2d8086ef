import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { loadCatalogue } from './api/catalogue.ts';
import { Canvas } from './canvas/canvas.tsx';
import { TopBar } from './commands/top-bar.tsx';
import { beginSession } from './document/session.ts';
import { useTabs } from './document/tabs.ts';
import { FormView } from './form/form-view.tsx';
import { Home } from './home/home.tsx';
import { Inspector } from './panels/inspector.tsx';
import { LeftRail } from './panels/left-rail.tsx';
import { beginRuns } from './runs/actions.ts';
import { RunBar } from './runs/run-bar.tsx';
import { useLanguage } from './strings/index.ts';
import { colorSchemeManager, cssVariablesResolver, theme } from './theme/theme.ts';

function Main() {
  const view = useTabs((state) => state.view);
  if (view === 'home') return <Home />;
  if (view === 'form') return <FormView />;
  return (
    <>
      <Canvas />
      <Inspector />
    </>
  );
}

/** The whole editor: top bar, left rail, one of home, canvas and form, inspector, run bar. */
export function App() {
  const language = useLanguage((state) => state.language);
  useEffect(() => {
    void loadCatalogue();
    void beginSession();
    beginRuns();
  }, []);
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      cssVariablesResolver={cssVariablesResolver}
    >
      <Notifications position="bottom-right" />
      {/* A change of language is rare: everything is drawn anew, and no text can be left behind. */}
      <div className="pb-shell" key={language}>
        <TopBar />
        <div className="pb-middle">
          <LeftRail />
          <main className="pb-main">
            <Main />
          </main>
        </div>
        <RunBar />
      </div>
    </MantineProvider>
  );
}
