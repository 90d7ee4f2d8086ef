import { ActionIcon, Button, Switch, Tooltip } from '@mantine/core';
import { ArrowUpToLine, FolderOpen, Pause, Play, Square } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { RunSummary } from '../../server/contract/run.ts';
import { isFinal } from '../../server/contract/run.ts';
import { useActiveTab } from '../document/tabs.ts';
import { reopenRun } from '../runs/actions.ts';
import { useRuns } from '../runs/store.ts';
import {
  cancelRun,
  clearQueue,
  forgetRun,
  listRuns,
  moveToFront,
  pauseQueue,
  resumeQueue,
} from '../ui/api/runs.ts';
import { dateText, durationText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { workflowText } from '../ui/strings/workflow-text.ts';
import { attempt } from '../ui/tell.ts';
import { useTrash } from '../ui/trash/trash.ts';
import { TrashButton } from '../ui/trash/trash-button.tsx';
import { TrashLink } from '../ui/trash/trash-link.tsx';
import css from './panels.module.css';

function Act({
  label,
  onClick,
  children,
}: {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function Run({ run, onChanged }: { readonly run: RunSummary; readonly onChanged: () => void }) {
  const act = (work: Promise<unknown>) => void attempt(work.finally(onChanged));
  const { id, status, name, createdAt, ms, message, problem, series } = run;
  return (
    <li className={css.run} data-status={status}>
      <span className={css.runHead}>
        <span className={css.dot} data-status={status} aria-hidden />
        <button
          type="button"
          className={css.runName}
          title={t('runs.reopen')}
          onClick={() => act(reopenRun(id))}
        >
          {workflowText(name) || t('runs.untitled')}
        </button>
        {status === 'queued' && (
          <Act label={t('runs.front')} onClick={() => act(moveToFront(id))}>
            <ArrowUpToLine size={14} aria-hidden />
          </Act>
        )}
        {isFinal(status) ? (
          <>
            <Act label={t('runs.reopen')} onClick={() => act(reopenRun(id))}>
              <FolderOpen size={14} aria-hidden />
            </Act>
            <TrashButton
              kind="run"
              id={id}
              name={workflowText(name) || t('runs.untitled')}
              label={t('runs.forget')}
              size="sm"
              onDelete={() => forgetRun(id)}
            />
          </>
        ) : (
          <Act label={t('runs.cancel')} onClick={() => act(cancelRun(id))}>
            <Square size={14} aria-hidden />
          </Act>
        )}
      </span>
      <span className={css.quiet}>
        {t(`run.${status}`)} · {dateText(createdAt)}
        {ms !== null && ` · ${durationText(ms)}`}
        {series !== null && ` · ${t('runs.automatic')}`}
      </span>
      {message && <span className={css.problem}>{told(problem ?? message).replaceAll('*', '')}</span>}
    </li>
  );
}

interface Page {
  readonly items: readonly RunSummary[];
  readonly next: string | null;
}

/** The queue and all past runs, each with its workflow and results. */
export function RunsPanel() {
  const queue = useRuns((state) => state.queue);
  const connection = useRuns((state) => state.connection);
  const trashChanges = useTrash((state) => state.changes);
  const workflowId = useActiveTab()?.workflowId ?? undefined;
  const [onlyThis, setOnlyThis] = useState(false);
  const [page, setPage] = useState<Page>();
  const filter = onlyThis ? workflowId : undefined;

  const load = useCallback(
    async (cursor?: string) => {
      const { items, next } = await listRuns({ cursor, workflowId: filter });
      setPage((before) => ({ items: cursor ? [...(before?.items ?? []), ...items] : items, next }));
    },
    [filter],
  );
  // Load the list again when the queue changes, a run was deleted or restored, or the server is back.
  useEffect(() => void load().catch(() => undefined), [load, queue, connection, trashChanges]);
  const reload = () => void load().catch(() => undefined);
  const waiting = queue?.queuedTotal ?? 0;

  return (
    <>
      <section className={css.group}>
        <h3>{t('runs.queue')}</h3>
        <p className={css.quiet}>
          {queue?.paused
            ? t('runs.paused')
            : waiting > 0
              ? t('run.queueLength', { count: waiting })
              : t('runs.queueEmpty')}
        </p>
        <div className={css.buttons}>
          {queue?.paused ? (
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<Play size={12} aria-hidden />}
              onClick={() => void attempt(resumeQueue())}
            >
              {t('runs.resume')}
            </Button>
          ) : (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<Pause size={12} aria-hidden />}
              onClick={() => void attempt(pauseQueue())}
            >
              {t('runs.pause')}
            </Button>
          )}
          {waiting > 0 && (
            <Button size="compact-xs" variant="default" onClick={() => void attempt(clearQueue())}>
              {t('runs.clear')}
            </Button>
          )}
        </div>
      </section>
      <section className={css.group}>
        <h3>{t('runs.history')}</h3>
        {workflowId !== undefined && (
          <Switch
            size="xs"
            label={t('runs.onlyThis')}
            checked={onlyThis}
            onChange={(event) => setOnlyThis(event.currentTarget.checked)}
          />
        )}
        {page && page.items.length === 0 && <p className={css.quiet}>{t('runs.empty')}</p>}
        <ul className={css.list}>
          {page?.items.map((run) => (
            <Run key={run.id} run={run} onChanged={reload} />
          ))}
        </ul>
        {page?.next && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => void attempt(load(page.next ?? undefined))}
          >
            {t('home.more')}
          </Button>
        )}
        <TrashLink />
      </section>
    </>
  );
}
