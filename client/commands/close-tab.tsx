import { Button, Group, Modal, Text } from '@mantine/core';
import { create } from 'zustand';
import { closeTab, type Tab, useTabs } from '../document/tabs.ts';
import { useBack } from '../ui/back.ts';
import { t } from '../ui/strings/index.ts';
import { workflowText } from '../ui/strings/workflow-text.ts';

/** The unsaved tab that the user is asked about before it closes. */
const useClosing = create<{ readonly key: string | null }>(() => ({ key: null }));

/** Closes a tab. Asks first if that would lose changes. */
export function requestClose(key: string): void {
  const tab = useTabs.getState().tabs.find((one) => one.key === key);
  if (tab?.dirty) useClosing.setState({ key });
  else closeTab(key);
}

/** The name of a tab. */
export const nameOf = (tab: Tab): string => workflowText(tab.name) || t('tabs.untitled');

/** Asks before closing a tab with unsaved changes. */
export function CloseQuestion() {
  const key = useClosing((state) => state.key);
  const tab = useTabs((state) => state.tabs.find((one) => one.key === key));
  const leave = () => useClosing.setState({ key: null });
  useBack(tab !== undefined, leave);
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
