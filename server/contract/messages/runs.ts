import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about runs and how their nodes end. */
export const runMessage = defineMessages({
  'workflow.invalid': {
    en: 'The workflow cannot run: {reason}{more?}',
    zh: '工作流无法运行：{reason}{more?}',
  },
  'workflow.more-faults': { en: ' (and {count} more)', zh: '（还有 {count} 个问题）' },
  'run.stopped': {
    en: 'The server was stopped. The run continues when the server starts again.',
    zh: '服务器已停止。服务器再次启动后，运行会继续。',
  },
  'run.taken-down': {
    en: 'Another run crashed the process that both used. This run is tried again.',
    zh: '另一个运行使两者共用的进程崩溃了。此次运行会重试。',
  },
  'run.runner-killed': {
    en: 'The process that runs models was ended from outside, perhaps because the machine ran short of memory. This run is tried once more.',
    zh: '运行模型的进程被外部结束，可能是因为机器内存不足。此次运行会再试一次。',
  },
  'run.server-lost': {
    en: 'The server ended during this run. The run continues with the results it has.',
    zh: '服务器在此次运行期间结束了。运行会从已有的结果继续。',
  },
  'run.interrupted': {
    en: 'The server ended {crashes} times during this run, so it is not tried again. If the run was not the cause, run it again.',
    zh: '服务器在此次运行期间结束了 {crashes} 次，因此不再重试。如果您认为不是它造成的，请再次运行。',
  },
  'run.pictures-lost': {
    en: '{count} of {total} {total|picture|pictures} could not be read this time, so the result is not complete. Run the workflow again. The first one is {path}: {reason}',
    zh: '{total} 张图片中有 {count} 张这次无法读取，因此结果不完整。请再次运行。第一张是 {path}：{reason}',
  },
  'node.failed': { en: '{node} failed: {reason}', zh: '{node} 失败：{reason}' },
  'node.not-run': { en: 'Not run. {reason}', zh: '未运行。{reason}' },
  'node.connect-first': { en: 'Not run: connect {input} first.', zh: '未运行：请先连接 {input}。' },
  'node.fill-first': { en: 'Not run: fill in {field} first.', zh: '未运行：请先填写 {field}。' },
  'node.waits': { en: 'Waits for {source}.', zh: '等待 {source}。' },
  'node.skipped': { en: 'Not run, because {source} failed.', zh: '未运行，因为 {source} 失败了。' },
  'node.skipped-as-equal': {
    en: 'Not run: {source} does the same and has no result.',
    zh: '未运行：{source} 做同样的事，没有结果。',
  },
  'node.skipped-as-unused': {
    en: 'Not run: no node that needs it can run.',
    zh: '未运行：需要它的节点都无法运行。',
  },
  'node.failed-silently': { en: '{node} failed and gave no reason.', zh: '{node} 失败，没有给出原因。' },
});
