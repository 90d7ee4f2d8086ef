import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages of errors in the studio itself. */
export const clientMessage = defineMessages({
  network: {
    en: 'The server does not respond. It may have stopped. Start Patchbay again.',
    zh: '服务器没有响应。它可能已停止：请重新启动 Patchbay。',
  },
  http: { en: 'The server answered with status {status}.', zh: '服务器返回了状态 {status}。' },
  'upload.too-many': {
    en: 'There are too many folders called "{name}". Rename your folder.',
    zh: '名为“{name}”的文件夹太多。请给您的文件夹改名。',
  },
});
