import { UnstyledButton } from '@mantine/core';
import { CircleStop } from 'lucide-react';
import { useState } from 'react';
import { useDocument } from '../document/store.ts';
import { descriptorOf } from '../ui/api/catalogue.ts';
import { stopNode } from '../ui/api/runs.ts';
import { t } from '../ui/strings/index.ts';
import { attempt } from '../ui/tell.ts';
import css from './runs.module.css';
import { useRunState, useShownRun } from './store.ts';

/** Ends a running node that can end early: it gives the best result so far, and the run goes on. Nothing for other nodes. */
export function StopNode({ id }: { readonly id: string }) {
  const type = useDocument(({ nodes }) => nodes[id]?.type);
  const { state } = useRunState(id);
  const run = useShownRun()?.id;
  const [asked, setAsked] = useState(false);
  if (state !== 'running' || !run || type === undefined || !descriptorOf(type)?.endsEarly) return null;
  return (
    <UnstyledButton
      className={`${css.stopNode} nodrag`}
      disabled={asked}
      title={t('run.stopNodeHelp')}
      onClick={(event) => {
        event.stopPropagation();
        setAsked(true);
        void attempt(stopNode(run, id));
      }}
    >
      <CircleStop size={14} aria-hidden />
      <span>{t('run.stopNode')}</span>
    </UnstyledButton>
  );
}
