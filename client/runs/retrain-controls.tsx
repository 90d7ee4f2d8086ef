import { Button, Switch } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { t } from '../ui/strings/index.ts';
import { retrain, setRetrain, useRetrain } from './retrain.ts';
import css from './runs.module.css';

/** A button that trains a workflow again with what was corrected, and a switch that lets it do so by itself. */
export function RetrainControls({ tab }: { readonly tab: string }) {
  const { on, count, busy, can } = useRetrain(tab);
  if (!can) return null;
  return (
    <span className={css.retrain}>
      {busy ? (
        <span role="status">{t('retrain.busy')}</span>
      ) : (
        !on &&
        count > 0 && (
          <Button
            size="compact-sm"
            leftSection={<RefreshCw size={14} aria-hidden />}
            title={t('retrain.help')}
            onClick={() => retrain(tab)}
          >
            {t('retrain.now', { count })}
          </Button>
        )
      )}
      <Switch
        size="xs"
        checked={on}
        label={t('retrain.auto')}
        title={t('retrain.autoHelp')}
        onChange={(event) => setRetrain(tab, event.currentTarget.checked)}
      />
    </span>
  );
}
