import { Button, Group, Text, Title } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { WorkflowEntry } from '../../server/contract/http.ts';
import { openFile } from '../canvas/open-file.ts';
import { openSaved, saveTabsOf } from '../document/session.ts';
import { closeTab, useTabs } from '../document/tabs.ts';
import { deleteWorkflow, listWorkflows } from '../ui/api/workflows.ts';
import { dateText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { workflowText } from '../ui/strings/workflow-text.ts';
import { useTrash } from '../ui/trash/trash.ts';
import { TrashButton } from '../ui/trash/trash-button.tsx';
import { TrashLink } from '../ui/trash/trash-link.tsx';
import css from './home.module.css';

/** How many workflows to show at first: one row, so that the templates stay visible. */
const FIRST = 4;

/** The user's workflows, newest first. Empty until there is one. */
export function Recent({ onProblem }: { readonly onProblem: (sentence: string | null) => void }) {
  const [page, setPage] = useState<{ items: readonly WorkflowEntry[]; next: string | null }>();

  const load = useCallback(async (cursor?: string) => {
    try {
      const { items, next } = await listWorkflows(cursor ? 12 : FIRST, cursor);
      setPage((before) => ({ items: cursor ? [...(before?.items ?? []), ...items] : items, next }));
    } catch {
      // Not reported here, because the templates already report that the server does not answer.
    }
  }, []);
  const changes = useTrash((state) => state.changes);
  // Load the list again when a workflow was deleted or restored.
  useEffect(() => void load(), [load, changes]);

  const act = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      onProblem(t('home.openFailed', { reason: told(messageOf(error)) }));
    }
  };
  const remove = async (id: string) => {
    // So that a restored workflow has the last changes too.
    await saveTabsOf(id);
    const entry = await deleteWorkflow(id);
    for (const { key, workflowId, dirty } of useTabs.getState().tabs)
      if (workflowId === id && !dirty) closeTab(key);
    useTabs.setState({ view: 'home' });
    return entry;
  };

  if (!page || page.items.length === 0)
    return (
      <Group gap="xs" className={css.recent}>
        {page && <Text c="var(--pb-muted)">{t('home.recentEmpty')}</Text>}
        <Group gap={4}>
          <TrashLink size="compact-sm" />
          <OpenFile />
        </Group>
      </Group>
    );
  return (
    <section aria-labelledby="home-recent" className={css.recent}>
      <Group justify="space-between" w="100%">
        <Title order={2} size="h4" id="home-recent">
          {t('home.recent')}
        </Title>
        <Group gap={4}>
          <TrashLink size="compact-sm" />
          <OpenFile />
        </Group>
      </Group>
      <ul className={css.recentList}>
        {page.items.map(({ id, name, nodes, updatedAt }) => (
          <li key={id} className={css.recentItem}>
            <button type="button" className={css.recentOpen} onClick={() => void act(openSaved(id))}>
              <span className={css.recentName}>{workflowText(name) || t('form.untitled')}</span>
              <span className={css.recentFacts}>
                {t('home.nodes', { count: nodes })} · {dateText(updatedAt)}
              </span>
            </button>
            <TrashButton
              kind="workflow"
              id={id}
              name={workflowText(name) || t('form.untitled')}
              onDelete={() => remove(id)}
            />
          </li>
        ))}
      </ul>
      {page.next && (
        <Button variant="subtle" size="compact-sm" onClick={() => void load(page.next ?? undefined)}>
          {t('home.more')}
        </Button>
      )}
    </section>
  );
}

/** Opens a workflow file from this computer. */
function OpenFile() {
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      leftSection={<FolderOpen size={14} aria-hidden />}
      onClick={() => void openFile()}
    >
      {t('home.openFile')}
    </Button>
  );
}
