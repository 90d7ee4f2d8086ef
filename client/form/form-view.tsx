import { Button, Loader, Text, Title } from '@mantine/core';
import { Images, Play, Square, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { isFinal } from '../../server/contract/run.ts';
import { showNode } from '../canvas/view.ts';
import { nodeName } from '../document/node-name.ts';
import { useDocument } from '../document/store.ts';
import { showAs } from '../document/tabs.ts';
import { ResultView } from '../results/result-view.tsx';
import { resultRows } from '../results/side-by-side.ts';
import { cancelPressed, runActive } from '../runs/actions.ts';
import { EarlierChip } from '../runs/earlier-chip.tsx';
import { leftOutOf, leftOutText, totalOf, warningsOf } from '../runs/left-out.ts';
import { useProblems, useProblemsOf } from '../runs/problems.ts';
import { ProblemList } from '../runs/run-details.tsx';
import { useIsEarlier, useIsStale, useRunFact, useRunState, useShownResult } from '../runs/store.ts';
import { t } from '../ui/strings/index.ts';
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

function Results() {
  const shown = useShownRows();
  const isRunning = useRunFact((run) => run !== undefined && run.id !== '' && !run.complete);
  const run = useRunFact((shown) => (shown && isFinal(shown.status) ? shown : undefined));
  const problems = useProblemsOf(run);
  const hasProblems = problems.length > 0;
  const notes = useRunFact((run) =>
    [
      leftOutText(leftOutOf(run), totalOf(run)),
      ...warningsOf(run).map((one) => told(one).replaceAll('*', '')),
    ]
      .filter(Boolean)
      .join('\n'),
  );
  return (
    <div className={css.results} aria-busy={isRunning} aria-live="polite">
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
            {note}
          </p>
        ))}
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
            onSubmit={(event) => {
              event.preventDefault();
              void runActive();
            }}
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
                <Button type="submit" leftSection={<Play size={16} aria-hidden />}>
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
