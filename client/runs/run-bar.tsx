import { Progress, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronUp, TriangleAlert, WifiOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../server/contract/basics.ts';
import { isUnfinished } from '../../server/contract/not-run.ts';
import { isFinal, type RunState } from '../../server/contract/run.ts';
import { nodeName } from '../document/node-name.ts';
import { useDocument, useIsEmpty } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { durationText, formatCount, listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { plainText } from '../ui/strings/told.ts';
import { useLate } from '../ui/use-late.ts';
import { leftOutCount, leftOutOf, totalOf, warningsOf } from './left-out.ts';
import { countsOf, useProblems } from './problems.ts';
import { RunDetails } from './run-details.tsx';
import { progressOf, type ShownRun, stageOf } from './run-state.ts';
import css from './runs.module.css';
import { StopNode } from './stop-node.tsx';
import { useRunFact, useRuns, useShownRun } from './store.ts';

const NONE: readonly Problem[] = [];

/** The state of a run for people: one that left nodes out, though nobody misses their results, is only partly done. */
function stateOf(run: ShownRun | undefined, problems: readonly Problem[]): RunState | undefined {
  const isLeftOut = ({ nodeId }: Problem) => nodeId !== undefined && run?.nodes[nodeId]?.state === 'skipped';
  return run?.status === 'completed' && problems.some(isLeftOut) ? 'partial' : run?.status;
}

function stateText(run: ShownRun | undefined, isSubmitting: boolean, problems: readonly Problem[]): string {
  if (isSubmitting) return t('run.submitting');
  if (run?.id === '') return t('run.refused');
  const state = stateOf(run, problems);
  return state ? t(`run.${state}`) : t('run.none');
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

/** The pictures of the nodes at work if they count them, otherwise the nodes that have ended. */
function Advance({ run }: { readonly run: ShownRun }) {
  // A node that was deleted while it runs has no name any more.
  const known = useDocument((state) => state.nodes);
  const stage = stageOf({ ...run, planned: run.planned.filter((id) => known[id] !== undefined) });
  const { done, total } = stage ?? progressOf(run);
  if (total === 0) return null;
  const text = stage
    ? t('run.stage', {
        node: listText(stage.ids.map(nodeName)),
        done: formatCount(Math.floor(done)),
        total: formatCount(total),
      })
    : t('run.progress', { done: Math.floor(done), total });
  return (
    <>
      <Progress
        className={css.progress}
        value={(done / total) * 100}
        size="sm"
        aria-label={t('run.running')}
      />
      <span className={css.number}>{text}</span>
    </>
  );
}

function RunFacts({ run }: { readonly run: ShownRun }) {
  return (
    <>
      {run.status === 'running' && <Advance run={run} />}
      {run.status === 'running' && run.planned.map((id) => <StopNode key={id} id={id} />)}
      <Place run={run} />
      <Time run={run} />
      {run.device && <span>{t('run.device', { device: run.device })}</span>}
    </>
  );
}

/** How many pictures a run skipped, otherwise its first warning; a green "Done" alone would hide that. */
function LeftOut({ onOpen }: { readonly onOpen: () => void }) {
  const text = useRunFact((run) => {
    const [warning] = warningsOf(run);
    return leftOutCount(leftOutOf(run), totalOf(run)) || (warning ? plainText(warning) : '');
  });
  if (text === '') return null;
  return (
    <UnstyledButton className={css.leftOut} onClick={onOpen} title={text}>
      <TriangleAlert size={14} aria-hidden />
      <span className={css.message}>{text}</span>
    </UnstyledButton>
  );
}

/** How many problems there are, and the first one. Nodes that only lack something are no alarm. */
function Problems({
  problems,
  onOpen,
}: {
  readonly problems: readonly Problem[];
  readonly onOpen: () => void;
}) {
  const { wrong, unfinished } = countsOf(problems);
  const first = problems.find((problem) => wrong === 0 || !isUnfinished(problem));
  return (
    <UnstyledButton className={css.problems} data-calm={wrong === 0 || undefined} onClick={onOpen}>
      {wrong > 0 && <TriangleAlert size={14} aria-hidden />}
      {[
        wrong > 0 && t('run.problems', { count: wrong }),
        unfinished > 0 && t('run.unfinished', { count: unfinished }),
      ]
        .filter(Boolean)
        .join(' · ')}
      <span className={css.message}>{plainText(first ?? '')}</span>
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
  const found = useProblems(run);
  const [open, setOpen] = useState(false);
  const hasWorkflow = view !== 'home' && active !== null;
  const isEmpty = useIsEmpty();
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
              data-status={isSubmitting || run?.id === '' ? 'none' : (stateOf(run, problems) ?? 'none')}
              role="status"
            >
              {stateText(run, isSubmitting, problems)}
            </span>
            {run && !isSubmitting && <RunFacts run={run} />}
            {run && !isSubmitting && isFinal(run.status) && <LeftOut onOpen={() => setOpen(true)} />}
            {run?.message && run.problems.length === 0 && problems.length === 0 && (
              <span className={css.message}>{plainText(run.message)}</span>
            )}
            {problems.length > 0 && <Problems problems={problems} onOpen={() => setOpen(true)} />}
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
