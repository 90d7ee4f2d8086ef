import { useEffect, useState } from 'react';
import type { WorkflowEntry } from '../../server/contract/http.ts';
import { inOrderOfQuestions, openStarter, starterText } from '../document/starters.ts';
import { listStarters } from '../ui/api/workflows.ts';
import { attempt } from '../ui/tell.ts';
import css from './panels.module.css';

/** The included workflows, beside the canvas. */
export function TemplatesPanel() {
  const [starters, setStarters] = useState<readonly WorkflowEntry[]>([]);
  useEffect(() => {
    void attempt(listStarters().then(({ items }) => setStarters(inOrderOfQuestions(items))));
  }, []);
  return starters.map((entry) => {
    const { title, help } = starterText(entry);
    return (
      <button
        key={entry.id}
        type="button"
        className={css.entry}
        onClick={() => void attempt(openStarter(entry.id, 'canvas'))}
      >
        <span>{title}</span>
        <span className={css.quiet}>{help}</span>
      </button>
    );
  });
}
