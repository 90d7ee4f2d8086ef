import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about what the operating system refused, for errors that no other message explains. */
export const systemMessage = defineMessages({
  'system.no-permission': {
    en: 'You do not have permission to use {path} ({error}). Change its permissions, or choose another place.',
    zh: '您没有使用 {path} 的权限（{error}）。请更改它的权限，或选择别的位置。',
  },
  'system.not-found': {
    en: '{path} was not found ({error}). Check the path.',
    zh: '没有找到 {path}（{error}）。请检查路径。',
  },
  'system.disk-full': {
    en: 'The disk of {path} is full ({error}). Free some space and try again.',
    zh: '{path} 所在的磁盘已满（{error}）。请腾出空间后再试。',
  },
});
