import { ActionIcon } from '@mantine/core';
import { Boxes, Cpu, History, Image, LayoutTemplate, Library, Tags, X } from 'lucide-react';
import type { ComponentType } from 'react';
import { useTabs } from '../document/tabs.ts';
import { openCategorySets, useCategorySets } from '../labels/sets.ts';
import { useBack } from '../ui/back.ts';
import { openCollections, useCollectionsState } from '../ui/collections/collections.ts';
import { Hint } from '../ui/hint.tsx';
import { loadedLater } from '../ui/loaded-later.tsx';
import { useIsNarrow } from '../ui/narrow.ts';
import { t } from '../ui/strings/index.ts';
import { PANELS, type PanelName, togglePanel, usePanels } from './panel-state.ts';
import css from './panels.module.css';

const ICONS = { nodes: Boxes, templates: LayoutTemplate, models: Cpu, runs: History, assets: Image };
/** The code of each panel loads on first use. */
const BODIES: Readonly<Record<PanelName, ComponentType>> = {
  nodes: loadedLater(async () => (await import('./nodes-panel.tsx')).NodesPanel),
  templates: loadedLater(async () => (await import('./templates-panel.tsx')).TemplatesPanel),
  models: loadedLater(async () => (await import('./models-panel.tsx')).ModelsPanel),
  runs: loadedLater(async () => (await import('./runs-panel.tsx')).RunsPanel),
  assets: loadedLater(async () => (await import('./assets-panel.tsx')).AssetsPanel),
};
/** Panels that need a canvas. */
const CANVAS_ONLY: ReadonlySet<PanelName> = new Set(['nodes', 'assets']);

function RailButton({
  label,
  icon: Icon,
  ...rest
}: {
  readonly label: string;
  readonly icon: typeof Boxes;
  readonly onClick: () => void;
  readonly 'aria-expanded': boolean;
}) {
  const isOn = rest['aria-expanded'];
  return (
    <Hint label={label} position="right">
      <ActionIcon
        variant={isOn ? 'light' : 'subtle'}
        color={isOn ? undefined : 'gray'}
        size={34}
        className={css.railButton}
        aria-label={label}
        {...rest}
      >
        <span className={css.railSign}>
          <Icon size={18} aria-hidden />
          <span className={css.railWord} aria-hidden>
            {label}
          </span>
        </span>
      </ActionIcon>
    </Hint>
  );
}

/** Icons that open one panel at a time: nodes, templates, models, runs, pictures. */
export function LeftRail() {
  const view = useTabs((state) => state.view);
  const open = usePanels((state) => state.open);
  const areSetsOpen = useCategorySets((state) => state.open);
  const areCollectionsOpen = useCollectionsState((state) => state.isOpen);
  const shown = PANELS.filter((name) => view === 'canvas' || !CANVAS_ONLY.has(name));
  const isHidden = open === null || !shown.includes(open) || (view === 'home' && open === 'templates');
  const Body = isHidden ? undefined : BODIES[open];
  useBack(useIsNarrow() && !isHidden, () => usePanels.setState({ open: null }), 'panel');
  return (
    <>
      <nav className={css.rail} aria-label={t('panel.rail')}>
        {shown.map((name) =>
          view === 'home' && name === 'templates' ? null : (
            <RailButton
              key={name}
              label={t(`panel.${name}`)}
              icon={ICONS[name]}
              aria-expanded={open === name}
              onClick={() => togglePanel(name)}
            />
          ),
        )}
        <RailButton
          label={t('categories.sets')}
          icon={Tags}
          aria-expanded={areSetsOpen}
          onClick={openCategorySets}
        />
        <RailButton
          label={t('collections.title')}
          icon={Library}
          aria-expanded={areCollectionsOpen}
          onClick={openCollections}
        />
      </nav>
      {Body && open && (
        <aside className={css.panel} aria-label={t(`panel.${open}`)}>
          <div className={css.panelHead}>
            <h2>{t(`panel.${open}`)}</h2>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t('panel.closePanel')}
              onClick={() => togglePanel(open)}
            >
              <X size={14} aria-hidden />
            </ActionIcon>
          </div>
          <div className={css.panelBody}>
            <Body />
          </div>
        </aside>
      )}
    </>
  );
}
