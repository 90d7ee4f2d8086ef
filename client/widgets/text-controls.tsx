import { documentActions } from '../document/store.ts';
import { t } from '../ui/strings/index.ts';
import { ownWords } from '../ui/strings/workflow-text.ts';
import { parseNumbers, shown } from './check-param.ts';
import { type ControlProps, fieldAttributes, useDraft } from './control.ts';
import css from './input.module.css';

const settle = () => documentActions().endGesture();

/** One line of text. */
export function TextControl(props: ControlProps) {
  const { descriptor, value, onChange } = props;
  return (
    <input
      {...fieldAttributes(props)}
      className={`${css.input} nodrag`}
      type="text"
      inputMode={descriptor.widget === 'url' ? 'url' : 'text'}
      autoComplete="off"
      spellCheck={descriptor.widget === 'text'}
      placeholder={descriptor.placeholder}
      value={shown(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={settle}
    />
  );
}

/** A text of several lines. */
export function TextareaControl(props: ControlProps) {
  const { descriptor, value, onChange } = props;
  return (
    <textarea
      {...fieldAttributes(props)}
      className={`${css.input} ${css.area} nodrag nowheel`}
      rows={3}
      placeholder={descriptor.placeholder}
      value={shown(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={settle}
    />
  );
}

/** The lines of a text; an empty text has none. */
const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.split('\n'));
function textOf(value: unknown): string {
  const words = ownWords(value);
  return Array.isArray(words) ? words.map(shown).join('\n') : shown(words);
}

/** Texts, one per line, with a count. */
export function PromptsControl(props: ControlProps) {
  const { descriptor, value, onChange } = props;
  const draft = useDraft(value, textOf, linesOf, onChange);
  const filled = Array.isArray(value) ? value.filter((entry) => shown(entry).trim() !== '').length : 0;
  return (
    <span className={css.lines}>
      <textarea
        {...fieldAttributes(props)}
        className={`${css.input} ${css.area} nodrag nowheel`}
        rows={3}
        placeholder={descriptor.placeholder ?? t('widgets.onePerLine')}
        value={draft.text}
        onChange={(event) => draft.type(event.currentTarget.value)}
        onBlur={draft.settle}
      />
      <span className={css.count}>{t('widgets.lines', { count: filled })}</span>
    </span>
  );
}

/** A short list of numbers, separated by commas. */
export function NumbersControl(props: ControlProps) {
  const { descriptor, value, onChange } = props;
  const draft = useDraft(value, shown, parseNumbers, onChange);
  return (
    <input
      {...fieldAttributes(props)}
      className={`${css.input} ${css.tabular} nodrag`}
      type="text"
      inputMode="decimal"
      autoComplete="off"
      placeholder={descriptor.placeholder ?? shown(descriptor.default)}
      value={draft.text}
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={draft.settle}
    />
  );
}
