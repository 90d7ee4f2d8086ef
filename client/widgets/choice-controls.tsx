import { documentActions } from '../document/store.ts';
import { t } from '../ui/strings/index.ts';
import { shown } from './check-param.ts';
import { type ControlProps, fieldAttributes } from './control.ts';
import fields from './input.module.css';
import css from './toggle.module.css';

/** A switch. */
export function ToggleControl(props: ControlProps) {
  const { value, onChange } = props;
  return (
    <input
      {...fieldAttributes(props)}
      className={`${css.toggle} nodrag`}
      type="checkbox"
      role="switch"
      checked={value === true}
      aria-checked={value === true}
      onChange={(event) => {
        onChange(event.currentTarget.checked);
        documentActions().endGesture();
      }}
    />
  );
}

/** One of several choices. An unknown value stays and is listed as no longer available. */
export function SelectControl(props: ControlProps) {
  const { descriptor, value, onChange } = props;
  const choices = descriptor.choices ?? [];
  const present = shown(value);
  const known = choices.some((choice) => choice.value === value);
  return (
    <select
      {...fieldAttributes(props)}
      className={`${fields.input} ${fields.select} nodrag`}
      value={present}
      onChange={(event) => {
        onChange(event.currentTarget.value);
        documentActions().endGesture();
      }}
    >
      {!known && <option value={present}>{t('widgets.unknownChoice', { value: present })}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.title}
        </option>
      ))}
    </select>
  );
}
