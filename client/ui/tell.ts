import { notifications, notificationsStore } from '@mantine/notifications';
import { t } from './strings/index.ts';
import { messageOf, plainText, told } from './strings/told.ts';

const COLORS = { error: 'red', done: 'teal', working: 'indigo' } as const;

/** Shows a notification at the edge of the window. It replaces the one with the same id. */
export function tell(kind: keyof typeof COLORS, message: string, id?: string): void {
  const options = {
    message: plainText(message),
    color: COLORS[kind],
    loading: kind === 'working',
    closeButtonProps: { 'aria-label': t('canvas.close') },
    autoClose: kind === 'working' ? false : kind === 'error' ? 12_000 : 4000,
  };
  if (id === undefined) notifications.show(options);
  // Showing an id that is shown already does nothing, and updating one that is not shown does nothing either.
  else if (notificationsStore.getState().notifications.some((one) => one.id === id))
    notifications.update({ id, ...options });
  else notifications.show({ id, ...options });
}

/** Waits for work and shows a notification if it fails. */
export async function attempt(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    notifications.show({
      color: 'red',
      closeButtonProps: { 'aria-label': t('canvas.close') },
      message: t('run.actionFailed', { reason: told(messageOf(error)) }),
    });
  }
}
