import { Button, Group, Text, Title } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { WorkflowEntry } from '../../server/contract/http.ts';
import { openFile } from '../canvas/open-file.ts';
import { openSaved } from '../document/session.ts';
import { closeTab, useTabs } from '../document/tabs.ts';
import { deleteWorkflow, listWorkflows } from '../ui/api/workflows.ts';
import { DeleteButton } from '../ui/delete-button.tsx';
import { dateText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
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
  useEffect(() => void load(), [load]);

  const act = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      onProblem(t('home.openFailed', { reason: told(messageOf(error)) }));
    }
  };
  const remove = async (id: string) => {
    for (const { key, workflowId } of useTabs.getState().tabs) if (workflowId === id) closeTab(key);
    useTabs.setState({ view: 'home' });
    await deleteWorkflow(id);
    await load();
  };

  if (!page || page.items.length === 0)
    return (
      <Group gap="xs" className={css.recent}>
        {page && <Text c="var(--pb-muted)">{t('home.recentEmpty')}</Text>}
        <OpenFile />
      </Group>
    );
  return (
    <section aria-labelledby="home-recent" className={css.recent}>
      <Group justify="space-between" w="100%">
        <Title order={2} size="h4" id="home-recent">
          {t('home.recent')}
        </Title>
        <OpenFile />
      </Group>
      <ul className={css.recentList}>
        {page.items.map(({ id, name, nodes, updatedAt }) => (
          <li key={id} className={css.recentItem}>
            <button type="button" className={css.recentOpen} onClick={() => void act(openSaved(id))}>
              <span className={css.recentName}>{name || t('form.untitled')}</span>
              <span className={css.recentFacts}>
                {t('home.nodes', { count: nodes })} · {dateText(updatedAt)}
              </span>
            </button>
            <DeleteButton
              label={t('home.delete', { name: name || t('form.untitled') })}
              question={t('home.deleteSure', { name: name || t('form.untitled') })}
              confirm={t('home.deleteYes')}
              onDelete={() => void act(remove(id))}
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
