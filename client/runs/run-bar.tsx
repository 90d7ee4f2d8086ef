import { Progress, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronUp, TriangleAlert, WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ProblemMessage } from '../../server/protocol.ts';
import { useChecks } from '../document/checks.ts';
import { useIsEmpty } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { durationText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { leftOutCount, leftOutOf } from './left-out.ts';
import { RunDetails } from './run-details.tsx';
import { isFinal, progressOf, type ShownRun } from './run-state.ts';
import css from './runs.module.css';
import { useRunFact, useRuns, useShownRun } from './store.ts';

const NONE: readonly ProblemMessage[] = [];

function stateText(run: ShownRun | undefined, isSubmitting: boolean): string {
  if (isSubmitting) return t('run.submitting');
  return run ? t(`run.${run.status}`) : t('run.none');
}

/** The time, in milliseconds since 1970; renders ten times a second while it is wanted. */
function useNow(wanted: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!wanted) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [wanted]);
  return now;
}

function Time({ run }: { readonly run: ShownRun }) {
  const isRunning = run.status === 'running';
  const now = useNow(isRunning);
  const ms = isRunning ? (run.since === undefined ? undefined : Math.max(0, now - run.since)) : run.ms;
  return ms === undefined ? null : <span className={css.number}>{durationText(ms)}</span>;
}

function Place({ run }: { readonly run: ShownRun }) {
  const queue = useRuns((state) => state.queue);
  const place = queue?.queued.indexOf(run.id) ?? -1;
  if (run.status !== 'queued' || !queue || place < 0) return null;
  return <span>{t('run.place', { place: place + 1, total: queue.queuedTotal })}</span>;
}

function RunFacts({ run }: { readonly run: ShownRun }) {
  const { done, total } = progressOf(run);
  return (
    <>
      {run.status === 'running' && total > 0 && (
        <>
          <Progress
            className={css.progress}
            value={(done / total) * 100}
            size="sm"
            aria-label={t('run.running')}
          />
          <span className={css.number}>{t('run.progress', { done: Math.floor(done), total })}</span>
        </>
      )}
      <Place run={run} />
      <Time run={run} />
      {run.device && <span>{t('run.device', { device: run.device })}</span>}
    </>
  );
}

/** How many items a run left out, which a green "Done" would hide. */
function LeftOut({ onOpen }: { readonly onOpen: () => void }) {
  const text = useRunFact((run) => leftOutCount(leftOutOf(run)));
  if (text === '') return null;
  return (
    <UnstyledButton className={css.leftOut} onClick={onOpen}>
      <TriangleAlert size={14} aria-hidden />
      {text}
    </UnstyledButton>
  );
}

/** The thin bar at the bottom: state, progress, time, device, queue and problems; it grows into the run's details. */
export function RunBar({ onShowNode }: { readonly onShowNode: (id: string) => void }) {
  const view = useTabs((state) => state.view);
  const active = useTabs((state) => state.active);
  const run = useShownRun();
  // A run that begins by itself is told of when it lasts.
  const isSubmitting = useRuns(
    ({ submitting, auto }) => active !== null && submitting.has(active) && !auto.has(active),
  );
  const connection = useRuns((state) => state.connection);
  const waiting = useRuns((state) => state.queue?.queuedTotal ?? 0);
  const checked = useChecks((state) => state.problems);
  const [open, setOpen] = useState(false);
  const hasWorkflow = view !== 'home' && active !== null;
  const isEmpty = useIsEmpty();
  const found = run && isFinal(run.status) && run.problems.length > 0 ? run.problems : checked;
  // Nothing is wrong with a canvas that was not begun.
  const problems = isSubmitting || isEmpty ? NONE : found;

  // At home it would be an empty strip.
  if (!hasWorkflow && waiting === 0 && connection !== 'offline') return null;
  return (
    <footer className={css.bar} data-open={open || undefined}>
      {open && hasWorkflow && <RunDetails run={run} problems={problems} onShowNode={onShowNode} />}
      <div className={css.line}>
        {hasWorkflow && (
          <>
            <UnstyledButton
              className={css.toggle}
              aria-expanded={open}
              aria-label={open ? t('run.close') : t('run.open')}
              onClick={() => setOpen(!open)}
            >
              {open ? <ChevronDown size={14} aria-hidden /> : <ChevronUp size={14} aria-hidden />}
            </UnstyledButton>
            <span
              className={css.state}
              data-status={isSubmitting ? 'none' : (run?.status ?? 'none')}
              role="status"
            >
              {stateText(run, isSubmitting)}
            </span>
            {run && !isSubmitting && <RunFacts run={run} />}
            {run && !isSubmitting && isFinal(run.status) && <LeftOut onOpen={() => setOpen(true)} />}
            {run?.message && problems.length === 0 && (
              <span className={css.message}>{told(run.message).replaceAll('*', '')}</span>
            )}
            {problems.length > 0 && (
              <UnstyledButton className={css.problems} onClick={() => setOpen(true)}>
                <TriangleAlert size={14} aria-hidden />
                {problems.length === 1 ? t('run.problemsOne') : t('run.problems', { count: problems.length })}
                <span className={css.message}>{told(problems[0] ?? '').replaceAll('*', '')}</span>
              </UnstyledButton>
            )}
          </>
        )}
        <span className={css.space} />
        {waiting > 0 && <span>{t('run.queueLength', { count: waiting })}</span>}
        {connection === 'offline' && (
          <span className={css.offline} role="alert" title={t('app.reconnecting')}>
            <WifiOff size={14} aria-hidden /> {t('run.offline')}
          </span>
        )}
      </div>
    </footer>
  );
}
