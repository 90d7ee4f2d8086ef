import { t } from '../ui/strings/index.ts';
import css from './runs.module.css';

/** Says that a result is of an earlier run, because the last one brought none. */
export function EarlierChip() {
  return (
    <span className={css.earlier} title={t('run.earlierHelp')}>
      {t('run.earlier')}
    </span>
  );
}
