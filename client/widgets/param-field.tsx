import { RotateCcw } from 'lucide-react';
import { useId } from 'react';
import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { documentActions } from '../document/store.ts';
import { t, textAt, useLanguage } from '../ui/strings/index.ts';
import { labelled } from '../ui/strings/joined.ts';
import { problemOf, shown } from './check-param.ts';
import { controlOf } from './controls.ts';
import { HelpTip } from './help-tip.tsx';
import css from './param-field.module.css';
import common from './widgets.module.css';

/** What a param's widget is given. */
export interface ParamFieldProps {
  /** With title and help in the language chosen. */
  readonly descriptor: ParamDescriptor;
  /** Undefined where the workflow says nothing: the default counts. */
  readonly value: unknown;
  /** Called for each change; changes of one param of one node in one gesture become one undo step. */
  readonly onChange: (value: unknown) => void;
  readonly nodeId: string;
}

const same = (a: unknown, b: unknown): boolean => Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);

/** The widget of a param: label with help on hover, control, and what is wrong with the value in a sentence. */
export function ParamField({ descriptor, value, onChange }: ParamFieldProps) {
  useLanguage();
  const id = useId();
  const present = value === undefined ? descriptor.default : value;
  const problem = problemOf(descriptor, present);
  const { Component, beside } = controlOf(descriptor);
  const changed = value !== undefined && !same(value, descriptor.default);
  const standard = t('widgets.reset', { value: shown(descriptor.default).slice(0, 80) || '–' });
  return (
    <div className={css.field} data-beside={beside || undefined} data-param={descriptor.name}>
      <div className={css.labelRow}>
        <HelpTip help={descriptor.help}>
          <label className={css.label} htmlFor={id}>
            {descriptor.title}
          </label>
        </HelpTip>
        {changed && (
          <button
            type="button"
            className={`${css.reset} nodrag`}
            aria-label={labelled(descriptor.title, standard)}
            title={standard}
            onClick={() => {
              onChange(undefined);
              documentActions().endGesture();
            }}
          >
            <RotateCcw size={11} aria-hidden />
          </button>
        )}
      </div>
      <div className={css.control}>
        <Component
          descriptor={descriptor}
          value={present}
          onChange={onChange}
          id={id}
          problemId={problem ? `${id}-problem` : undefined}
        />
      </div>
      {problem && (
        <p id={`${id}-problem`} className={common.problem}>
          {textAt(problem.key, problem.vars)}
        </p>
      )}
    </div>
  );
}
