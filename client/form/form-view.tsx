import { Button, Loader, Text, Title } from '@mantine/core';
import { Images, Play, Square, TriangleAlert } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { isFinal } from '../../server/contract/run.ts';
import { motion, showNode } from '../canvas/view.ts';
import { nodeName } from '../document/node-name.ts';
import { useDocument } from '../document/store.ts';
import { showAs, useTabs } from '../document/tabs.ts';
import { UseTrainedButton } from '../labels/use-trained-button.tsx';
import { ResultView } from '../results/result-view.tsx';
import { resultRows } from '../results/side-by-side.ts';
import { cancelPressed, runActive } from '../runs/actions.ts';
import { EarlierChip } from '../runs/earlier-chip.tsx';
import { leftOutOf, leftOutText, totalOf, warningsOf } from '../runs/left-out.ts';
import { useProblems, useProblemsOf } from '../runs/problems.ts';
import { ProblemList } from '../runs/run-details.tsx';
import { useIsEarlier, useIsStale, useRunFact, useRunState, useRuns, useShownResult } from '../runs/store.ts';
import { t } from '../ui/strings/index.ts';
import { Sentence } from '../ui/strings/sentence.tsx';
import { told } from '../ui/strings/told.ts';
import { workflowText } from '../ui/strings/workflow-text.ts';
import { attempt } from '../ui/tell.ts';
import css from './form.module.css';
import { FormInputs } from './form-inputs.tsx';

/** Ids of the nodes whose results the form shows, in rows. */
function useShownRows(): string[][] {
  const order = useDocument((state) => state.order);
  const edges = useDocument((state) => state.edges);
  // As text, so that progress of a run renders nothing.
  const shown = useRunFact((run) => JSON.stringify(resultRows(run, { order, edges })));
  return useMemo(() => JSON.parse(shown) as string[][], [shown]);
}

function FormResult({ id }: { readonly id: string }) {
  const { state } = useRunState(id);
  const shown = useShownResult(id);
  const isEarlier = useIsEarlier(id);
  const isStale = useIsStale(id);
  return (
    <section
      className={css.result}
      data-stale={isStale || isEarlier || state === 'queued' || state === 'running' || undefined}
      data-node={id}
    >
      <Title order={3} size="h5">
        {nodeName(id)}
      </Title>
      {isEarlier && <EarlierChip />}
      <ResultView view={shown} size="large" nodeId={id} />
    </section>
  );
}

/** A button for each node that learned something which can be used on other pictures. Above the results, which may be thousands. */
function Learned() {
  const order = useDocument((state) => state.order);
  return (
    <div className={css.learned}>
      {order.map((id) => (
        <UseTrainedButton key={id} id={id} />
      ))}
    </div>
  );
}

/** From this width on, the results are beside the inputs, as in the style sheet. */
const BESIDE = 861;
/** How far the form may have been scrolled since the run began, in pixels, to be scrolled to the results. */
const STAYED = 80;
/** How long results may grow after their run, in milliseconds, until they no longer move the form. */
const GROWING_MS = 1500;

/**
 * Scrolls to the results when a run ends that the user has started, where they lie below the inputs. Not if the user has
 * scrolled meanwhile, and not for automatic runs, which end while people type.
 */
function useShownWhenDone() {
  const box = useRef<HTMLDivElement>(null);
  const tab = useTabs((state) => state.active) ?? '';
  const id = useRunFact((run) => run?.id);
  const isDone = useRunFact((run) => run !== undefined && isFinal(run.status));
  const isStarting = useRuns(({ submitting, auto }) => submitting.has(tab) && !auto.has(tab));
  const start = useRef<{ readonly tab: string; readonly before?: string; readonly top: number }>(undefined);
  const topNow = () => box.current?.closest(`.${css.form}`)?.scrollTop ?? 0;
  useEffect(() => {
    if (isStarting) start.current = { tab, before: id, top: topNow() };
    // Only the start counts, not the id that it brings.
  }, [isStarting, tab]);
  useEffect(() => {
    const own = start.current;
    if (!own || own.tab !== tab || own.before === id || !isDone) return;
    start.current = undefined;
    if (innerWidth >= BESIDE || Math.abs(topNow() - own.top) > STAYED) return;
    const results = box.current;
    if (!results) return;
    // The results grow while their pictures load. At first, the end of the form may be in the way.
    const grown = new ResizeObserver(() =>
      results.scrollIntoView({ behavior: motion() > 0 ? 'smooth' : 'auto', block: 'start' }),
    );
    grown.observe(results);
    const stop = () => grown.disconnect();
    const timer = setTimeout(stop, GROWING_MS);
    addEventListener('pointerdown', stop, { once: true, capture: true });
    addEventListener('wheel', stop, { once: true, capture: true });
    return () => {
      stop();
      clearTimeout(timer);
      removeEventListener('pointerdown', stop, { capture: true });
      removeEventListener('wheel', stop, { capture: true });
    };
  }, [id, isDone, tab]);
  return box;
}

function Results() {
  const shown = useShownRows();
  const isRunning = useRunFact((run) => run !== undefined && run.id !== '' && !run.complete);
  const run = useRunFact((shown) => (shown && isFinal(shown.status) ? shown : undefined));
  const problems = useProblemsOf(run);
  const hasProblems = problems.length > 0;
  const box = useShownWhenDone();
  const notes = useRunFact((run) =>
    [leftOutText(leftOutOf(run), totalOf(run)), ...warningsOf(run).map(told)].filter(Boolean).join('\n'),
  );
  return (
    <div ref={box} className={css.results} aria-busy={isRunning} aria-live="polite">
      <Title order={2} size="h4">
        {t('form.results')}
      </Title>
      {hasProblems && (
        <div role="alert" className={css.problems}>
          <ProblemList problems={problems} onShowNode={showNode} />
        </div>
      )}
      {notes !== '' &&
        notes.split('\n').map((note) => (
          <p key={note} className={css.leftOut}>
            <TriangleAlert size={14} aria-hidden />
            <span>
              <Sentence text={note} />
            </span>
          </p>
        ))}
      <Learned />
      {shown.map((ids) => (
        <div key={ids[0]} className={css.row} data-many={ids.length > 1 || undefined}>
          {ids.map((id) => (
            <FormResult key={id} id={id} />
          ))}
        </div>
      ))}
      {shown.length === 0 && !hasProblems && (
        <Text c="var(--pb-muted)" className={css.empty}>
          {isRunning ? (
            <Loader size="sm" aria-hidden />
          ) : (
            <Images size={40} strokeWidth={1.25} aria-hidden className={css.emptyArt} />
          )}
          {isRunning ? t('form.waiting') : t('form.noResults')}
        </Text>
      )}
    </div>
  );
}

/** A workflow without its canvas: its inputs, a button, and its results. */
export function FormView() {
  const name = useDocument((state) => state.name);
  const description = useDocument((state) => state.description);
  const isRunning = useRunFact((run) => run !== undefined && run.id !== '' && !isFinal(run.status));
  const problems = useProblems(undefined);
  const hasRun = useRunFact((run) => run !== undefined);
  return (
    <div className={css.form}>
      <div className={css.page}>
        <header className={css.head}>
          <Title order={1} size="h3">
            {workflowText(name) || t('form.untitled')}
          </Title>
          {description && <Text c="var(--pb-muted)">{workflowText(description)}</Text>}
        </header>
        <div className={css.columns}>
          <form
            className={css.inputs}
            aria-label={t('form.inputs')}
            // Enter in a field only sets its value, as on the canvas: a run may save or write what nobody asked for.
            onSubmit={(event) => event.preventDefault()}
          >
            <FormInputs />
            {!hasRun && problems.length > 0 && (
              <div className={css.problems}>
                <ProblemList problems={problems} onShowNode={showNode} />
              </div>
            )}
            <div className={css.actions}>
              {isRunning ? (
                <Button
                  color="red"
                  variant="light"
                  leftSection={<Square size={16} aria-hidden />}
                  onClick={() => void attempt(cancelPressed())}
                >
                  {t('run.cancel')}
                </Button>
              ) : (
                <Button leftSection={<Play size={16} aria-hidden />} onClick={() => void runActive()}>
                  {t('form.run')}
                </Button>
              )}
              <Button variant="subtle" onClick={() => showAs('canvas')}>
                {t('form.edit')}
              </Button>
            </div>
          </form>
          <Results />
        </div>
      </div>
    </div>
  );
}
