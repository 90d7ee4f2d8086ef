import { Button, Group, Modal, Text } from '@mantine/core';
import { create } from 'zustand';
import { closeTab, type Tab, useTabs } from '../document/tabs.ts';
import { useBack } from '../ui/back.ts';
import { t } from '../ui/strings/index.ts';
import { workflowText } from '../ui/strings/workflow-text.ts';

/** The unsaved tabs that the user is asked about, one after the other, before they close. */
const useClosing = create<{ readonly keys: readonly string[] }>(() => ({ keys: [] }));

/** Closes tabs. Asks first about each that would lose changes. */
export function requestClose(...keys: string[]): void {
  const { tabs } = useTabs.getState();
  const isUnsaved = (key: string) => tabs.some((tab) => tab.key === key && tab.dirty);
  for (const key of keys) if (!isUnsaved(key)) closeTab(key);
  useClosing.setState({ keys: keys.filter(isUnsaved) });
}

/** The name of a tab. */
export const nameOf = (tab: Tab): string => workflowText(tab.name) || t('tabs.untitled');

/** Asks before closing a tab with unsaved changes. */
export function CloseQuestion() {
  const key = useClosing((state) => state.keys[0]);
  const tab = useTabs((state) => state.tabs.find((one) => one.key === key));
  const leave = () => useClosing.setState({ keys: [] });
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
            useClosing.setState(({ keys }) => ({ keys: keys.slice(1) }));
            if (tab) closeTab(tab.key);
          }}
        >
          {t('tabs.closeAnyway')}
        </Button>
      </Group>
    </Modal>
  );
}
