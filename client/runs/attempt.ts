import { notifications } from '@mantine/notifications';
import { useDocument } from '../document/store.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';

/** Tells when something that was asked for did not work, in a sentence. */
export async function attempt(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    notifications.show({
      color: 'red',
      message: t('run.actionFailed', { reason: told(messageOf(error)) }),
    });
  }
}

/** Nodes that are selected. */
export function selectedNodes(): string[] {
  const { selection, nodes } = useDocument.getState();
  return [...selection].filter((id) => Object.hasOwn(nodes, id));
}
