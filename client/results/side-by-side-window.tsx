import { Modal } from '@mantine/core';
import { useEffect } from 'react';
import { nodeName } from '../document/node-name.ts';
import { useTabs } from '../document/tabs.ts';
import { useNodeFact } from '../runs/store.ts';
import { useBack } from '../ui/back.ts';
import { t } from '../ui/strings/index.ts';
import { useEscapeClears } from './pictures/use-escape-clears.ts';
import { ResultView } from './result-view.tsx';
import css from './side-by-side.module.css';
import { useCompared } from './side-by-side.ts';

function Column({ id }: { readonly id: string }) {
  const view = useNodeFact(id, (node) => node.view);
  if (view === undefined) return null;
  return (
    <section className={css.column}>
      <h3 className={css.title}>{nodeName(id)}</h3>
      <ResultView view={view} size="large" nodeId={id} />
    </section>
  );
}

/** Results side by side, in front of everything else. */
export function SideBySideWindow() {
  const ids = useCompared((state) => state.ids);
  const tab = useTabs((state) => state.active) ?? '';
  const mayClose = useEscapeClears(tab, ids !== null);
  const close = () => useCompared.setState({ ids: null });
  useBack(ids !== null, close);
  // Another workflow has other results.
  useEffect(() => close, [tab]);
  if (!ids) return null;
  return (
    <Modal
      opened
      onClose={close}
      title={t('pictures.sideBySide')}
      size="min(1700px, 96vw)"
      zIndex={300}
      closeOnEscape={mayClose}
      closeButtonProps={{ 'aria-label': t('results.close') }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className={css.columns}>
        {ids.map((id) => (
          <Column key={id} id={id} />
        ))}
      </div>
    </Modal>
  );
}
