import { Button, Group, Modal, Text } from '@mantine/core';
import { create } from 'zustand';
import { closeTab, type Tab, useTabs } from '../document/tabs.ts';
import { t } from '../ui/strings/index.ts';

/** The tab whose closing waits for an answer, because it is not saved. */
const useClosing = create<{ readonly key: string | null }>(() => ({ key: null }));

/** Closes a tab, or asks first where something would be lost. */
export function requestClose(key: string): void {
  const tab = useTabs.getState().tabs.find((one) => one.key === key);
  if (tab?.dirty) useClosing.setState({ key });
  else closeTab(key);
}

/** What a tab is called. */
export const nameOf = (tab: Tab): string => tab.name || t('tabs.untitled');

/** Asks before a tab closes that holds changes nobody saved. */
export function CloseQuestion() {
  const key = useClosing((state) => state.key);
  const tab = useTabs((state) => state.tabs.find((one) => one.key === key));
  const leave = () => useClosing.setState({ key: null });
  return (
    <Modal
      opened={tab !== undefined}
      onClose={leave}
      title={t('tabs.closeTitle')}
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      transitionProps={{ duration: 0 }}
    >
      <Text size="sm">{tab && t('tabs.closeText', { name: nameOf(tab) })}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={leave} data-autofocus>
          {t('tabs.keepOpen')}
        </Button>
        <Button
          color="red"
          onClick={() => {
            leave();
            if (tab) closeTab(tab.key);
          }}
        >
          {t('tabs.closeAnyway')}
        </Button>
      </Group>
    </Modal>
  );
}
