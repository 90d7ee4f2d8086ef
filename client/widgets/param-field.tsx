import { Tooltip } from '@mantine/core';
import { RotateCcw } from 'lucide-react';
import { memo, type ReactNode, useCallback, useId, useRef, useState } from 'react';
import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { setParam } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { labelled } from '../ui/format.ts';
import { countRender } from '../ui/render-count.ts';
import { t, useLanguage } from '../ui/strings/index.ts';
import { Sentence } from '../ui/strings/sentence.tsx';
import { ownWords } from '../ui/strings/workflow-text.ts';
import { problemOf, valueText } from './check-param.ts';
import { controlOf } from './controls.ts';
import css from './param-field.module.css';
import common from './widgets.module.css';

/** Delay before the help of a label appears, in milliseconds. */
const WAIT_MS = 400;

/**
 * Shows a param's help above its label after a delay. The tooltip exists only while it is visible, because nodes have
 * many labels.
 */
function HelpTip({ help, children }: { readonly help: string; readonly children: ReactNode }) {
  const [isShown, setShown] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const enter = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setShown(true), WAIT_MS);
  };
  const leave = () => {
    clearTimeout(timer.current);
    setShown(false);
  };
  const content = (
    <span onPointerEnter={enter} onPointerLeave={leave} onPointerDown={leave}>
      {children}
    </span>
  );
  if (!isShown || help === '') return content;
  return (
    <Tooltip opened label={help} multiline maw={300} position="top-start" withArrow zIndex={400}>
      {content}
    </Tooltip>
  );
}

/** Which param of which node a field edits. */
export interface ParamFieldProps {
  /** With title and help in the current language. */
  readonly descriptor: ParamDescriptor;
  readonly nodeId: string;
  /** Other nodes of the same type, which a change applies to as well. */
  readonly also?: readonly string[];
}

const same = (a: unknown, b: unknown): boolean => Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);

/**
 * The field of a param: a label with help on hover, a control, and a sentence about a wrong value. Canvas, inspector
 * and form all use it. Changes within one gesture become one step of undo.
 */
export const ParamField = memo(function ParamField({ descriptor, nodeId, also }: ParamFieldProps) {
  countRender(nodeId, 'field');
  useLanguage();
  const id = useId();
  const { name } = descriptor;
  // Undefined if the workflow has no value; then the default applies.
  const value = useDocument((state) => state.nodes[nodeId]?.params?.[name]);
  const change = useCallback(
    (next: unknown) =>
      documentActions().edit(
        'param',
        (content) => [nodeId, ...(also ?? [])].reduce((now, one) => setParam(now, one, name, next), content),
        { merge: `param:${nodeId}:${name}` },
      ),
    [nodeId, also, name],
  );
  const present = value === undefined ? descriptor.default : value;
  const problem = problemOf(descriptor, present);
  const { Component, beside } = controlOf(descriptor);
  const changed = value !== undefined && !same(ownWords(value), ownWords(descriptor.default));
  const standard = t('widgets.reset', {
    value: valueText(descriptor, descriptor.default).slice(0, 80) || '–',
  });
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
              change(undefined);
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
          onChange={change}
          id={id}
          problemId={problem ? `${id}-problem` : undefined}
        />
      </div>
      {problem && (
        <p id={`${id}-problem`} className={common.problem}>
          <Sentence text={problem} />
        </p>
      )}
    </div>
  );
});
