import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about runs and how their nodes end. */
export const runMessage = defineMessages({
  'node.failed': { en: '{node} failed: {reason}', zh: '{node} 失败：{reason}' },
  'node.failed-silently': { en: '{node} failed and gave no reason.', zh: '{node} 失败，没有给出原因。' },
});
