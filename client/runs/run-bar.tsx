import { Progress, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronUp, TriangleAlert, WifiOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../server/contract/basics.ts';
import { isFinal } from '../../server/contract/run.ts';
import { useChecks } from '../document/checks.ts';
import { useIsEmpty } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { durationText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { useLate } from '../ui/use-late.ts';
import { leftOutCount, leftOutOf } from './left-out.ts';
import { RunDetails } from './run-details.tsx';
import { progressOf, type ShownRun } from './run-state.ts';
import css from './runs.module.css';
import { useRunFact, useRuns, useShownRun } from './store.ts';

const NONE: readonly Problem[] = [];

function stateText(run: ShownRun | undefined, isSubmitting: boolean): string {
  if (isSubmitting) return t('run.submitting');
  return run ? t(`run.${run.status}`) : t('run.none');
}

/** The time in milliseconds since 1970. While `wanted`, it renders ten times a second. */
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

/** How many pictures a run skipped; a green "Done" alone would hide that. */
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

/** The run of a tab. While a new run is so short that it would only flicker, the one before it stays. */
function useSteadyRun(tab: string | null): ShownRun | undefined {
  const run = useShownRun();
  const isOpen = run !== undefined && !isFinal(run.status);
  const isLate = useLate(isOpen);
  const shown = useRef({ tab, run });
  if (!isOpen || isLate || shown.current.tab !== tab) shown.current = { tab, run };
  return shown.current.run;
}

/** The bar at the bottom: state, progress, time, device, queue and problems. It expands to the details of the run. */
export function RunBar({ onShowNode }: { readonly onShowNode: (id: string) => void }) {
  const view = useTabs((state) => state.view);
  const active = useTabs((state) => state.active);
  const run = useSteadyRun(active);
  // An automatic run is shown only if it takes long.
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
  // An empty canvas has no problems.
  const problems = isSubmitting || isEmpty ? NONE : found;

  // On the home page the bar would be empty.
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
                {t('run.problems', { count: problems.length })}
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
