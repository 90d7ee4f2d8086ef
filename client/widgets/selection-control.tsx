import { t } from '../ui/strings/index.ts';
import { type ControlProps, fieldAttributes } from './control.ts';
import css from './selection-control.module.css';

/** How many pictures a node gives on as its selection. They are chosen in its view; here they can be given up. */
export function SelectionControl(props: ControlProps) {
  const { value, onChange } = props;
  const count = Array.isArray(value) ? value.length : 0;
  return (
    <span className={css.selection} {...fieldAttributes(props)}>
      <span>{count === 0 ? t('widgets.selectionNone') : t('widgets.selection', { count })}</span>
      {count > 0 && (
        <button type="button" className={`${css.clear} nodrag`} onClick={() => onChange([])}>
          {t('widgets.selectionClear')}
        </button>
      )}
    </span>
  );
}
