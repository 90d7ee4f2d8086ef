import { ActionIcon, Tabs } from '@mantine/core';
import { PanelRightClose, PanelRightOpen } from 'lucide-react';
import { useDocument } from '../document/store.ts';
import { t } from '../ui/strings/index.ts';
import { HelpTab } from './help-tab.tsx';
import { NodeTab } from './node-tab.tsx';
import { usePanels } from './panel-state.ts';
import css from './panels.module.css';
import { WorkflowTab } from './workflow-tab.tsx';

/** The ids of the selected nodes. They are joined to one text, so that an equal selection does not render again. */
const useSelectedNodes = (): string[] => {
  const ids = useDocument(({ selection, nodes }) => [...selection].filter((id) => nodes[id]).join('\n'));
  return ids === '' ? [] : ids.split('\n');
};

function OneNode({ id }: { readonly id: string }) {
  const type = useDocument((state) => state.nodes[id]?.type ?? '');
  return (
    <Tabs defaultValue="node" keepMounted={false} className={css.tabs}>
      <Tabs.List>
        <Tabs.Tab value="node">{t('inspector.node')}</Tabs.Tab>
        <Tabs.Tab value="help">{t('inspector.help')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="node" className={css.tabBody}>
        <NodeTab key={id} id={id} />
      </Tabs.Panel>
      <Tabs.Panel value="help" className={css.tabBody}>
        <HelpTab type={type} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** The selected node with its help, or the workflow if nothing is selected. */
export function Inspector() {
  const open = usePanels((state) => state.inspector);
  const selected = useSelectedNodes();
  const [only] = selected;
  if (!open)
    return (
      <div className={css.inspectorClosed}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('inspector.expand')}
          onClick={() => usePanels.setState({ inspector: true })}
        >
          <PanelRightOpen size={16} aria-hidden />
        </ActionIcon>
      </div>
    );
  return (
    <aside className={css.inspector} aria-label={t('inspector.title')}>
      <ActionIcon
        className={css.inspectorClose}
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={t('inspector.collapse')}
        onClick={() => usePanels.setState({ inspector: false })}
      >
        <PanelRightClose size={16} aria-hidden />
      </ActionIcon>
      {only === undefined ? (
        <div className={css.tabBody}>
          <WorkflowTab />
        </div>
      ) : selected.length === 1 ? (
        <OneNode id={only} />
      ) : (
        <p className={css.tabBody}>{t('inspector.several', { count: selected.length })}</p>
      )}
    </aside>
  );
}
