import { ActionIcon, Button, Menu } from '@mantine/core';
import { ChevronDown, Play, RefreshCw, Square } from 'lucide-react';
import { memo } from 'react';
import { isFinal } from '../../server/contract/run.ts';
import { selectedNodes, useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { t } from '../ui/strings/index.ts';
import { attempt } from '../ui/tell.ts';
import { cancelPressed, runActive, runTo } from './actions.ts';
import { toggleAutoRun, useAutoRun } from './auto-run.ts';
import css from './runs.module.css';
import { useRuns } from './store.ts';

/** Whether there is a run to cancel. An automatic run counts only if it takes long. */
function useIsRunning(auto: boolean): boolean {
  const tab = useTabs((state) => state.active) ?? '';
  return useRuns(({ byTab, submitting }) => {
    const run = byTab[tab];
    const isOpen = run !== undefined && run.id !== '' && !isFinal(run.status);
    return auto ? isOpen && run.seq > 0 : isOpen || submitting.has(tab);
  });
}

/** A menu: run to the selection, run without cached results, run on every change. */
const MoreWays = memo(function MoreWays({
  auto,
  disabled,
  isRunning,
}: {
  readonly auto: boolean;
  readonly disabled: boolean;
  readonly isRunning: boolean;
}) {
  const hasSelection = useDocument((state) => [...state.selection].some((id) => id in state.nodes));
  return (
    <Menu withInitialFocusPlaceholder={false} position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          className={css.moreRuns}
          disabled={disabled}
          {...(isRunning && { color: 'red', variant: 'light' })}
          aria-label={t('run.more')}
        >
          <ChevronDown size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          data-autofocus={hasSelection || undefined}
          disabled={!hasSelection}
          onClick={() => void runTo(selectedNodes())}
        >
          {t('command.runTo')}
        </Menu.Item>
        <Menu.Item data-autofocus onClick={() => void runActive({ useCache: false })}>
          {t('run.fresh')}
        </Menu.Item>
        <Menu.Item onClick={toggleAutoRun}>{auto ? t('run.autoStop') : t('command.autoRun')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
});

/** The Run button, with its menu and the button to cancel. */
export function RunButton() {
  const active = useTabs((state) => state.active);
  const isEmpty = useDocument((state) => state.order.length === 0);
  const auto = useAutoRun();
  const isRunning = useIsRunning(auto);
  const disabled = active === null || isEmpty;

  return (
    <Button.Group>
      {isRunning ? (
        <Button
          size="compact-md"
          color="red"
          variant="light"
          leftSection={<Square size={14} aria-hidden />}
          title={t('run.cancelHelp')}
          onClick={() => void attempt(cancelPressed())}
        >
          {t('run.cancel')}
        </Button>
      ) : (
        <Button
          size="compact-md"
          leftSection={auto ? <RefreshCw size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          title={disabled ? t('run.nothing') : auto ? t('run.autoOn') : t('run.runHelp')}
          disabled={disabled}
          onClick={() => void runActive()}
        >
          {t('run.run')}
        </Button>
      )}
      <MoreWays auto={auto} disabled={disabled} isRunning={isRunning} />
    </Button.Group>
  );
}
