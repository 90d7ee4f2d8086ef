import { ActionIcon, Tabs } from '@mantine/core';
import { PanelRightClose, PanelRightOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDocument } from '../document/store.ts';
import { useDescriptor } from '../ui/api/catalogue.ts';
import { useBack } from '../ui/back.ts';
import { useIsNarrow } from '../ui/narrow.ts';
import { nodeText, t } from '../ui/strings/index.ts';
import { ParamFields } from '../widgets/param-fields.tsx';
import { HelpTab } from './help-tab.tsx';
import { NodeTab } from './node-tab.tsx';
import { showInspector, useInspectorShown, usePanels } from './panel-state.ts';
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

/** The params of several nodes of one type. A change applies to all of them. */
function SharedParams({ ids }: { readonly ids: readonly string[] }) {
  const [first = ''] = ids;
  const type = useDocument(({ nodes }) => {
    const types = new Set(ids.map((id) => nodes[id]?.type));
    return types.size === 1 ? ([...types][0] ?? '') : '';
  });
  const descriptor = useDescriptor(type);
  if (!descriptor || descriptor.params.length === 0) return null;
  return (
    <>
      <p className={css.quiet}>{t('inspector.shared', { title: nodeText(type).title, count: ids.length })}</p>
      <ParamFields key={ids.join('\n')} params={descriptor.params} nodeId={first} also={ids.slice(1)} />
    </>
  );
}

/** How many items are selected, what can be done with them, and the params that they share. */
function Several({ nodes, tools }: { readonly nodes: readonly string[]; readonly tools: ReactNode }) {
  const count = useDocument(({ selection }) => selection.size);
  return (
    <div className={`${css.tabBody} ${css.stack}`}>
      <h2 className={css.helpTitle}>{t('inspector.several', { count })}</h2>
      {tools}
      {nodes.length === count && <SharedParams ids={nodes} />}
    </div>
  );
}

/**
 * The selected node with its help, the tools for several items, or the workflow if nothing is selected.
 * @param tools what can be done with several selected items
 */
export function Inspector({ tools }: { readonly tools: ReactNode }) {
  const isSeveral = useDocument(({ selection }) => selection.size > 1);
  const open = useInspectorShown();
  const selected = useSelectedNodes();
  const [only] = selected;
  const hide = () => usePanels.setState({ inspector: false });
  useBack(useIsNarrow() && open, hide, 'panel');
  if (!open)
    return (
      <div className={css.inspectorClosed}>
        <ActionIcon variant="subtle" color="gray" aria-label={t('inspector.expand')} onClick={showInspector}>
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
        onClick={hide}
      >
        <PanelRightClose size={16} aria-hidden />
      </ActionIcon>
      {isSeveral ? (
        <Several nodes={selected} tools={tools} />
      ) : only === undefined ? (
        <div className={css.tabBody}>
          <WorkflowTab />
        </div>
      ) : (
        <OneNode id={only} />
      )}
    </aside>
  );
}
