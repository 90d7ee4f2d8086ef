import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about the processes that run models: why they ended, and what happens to their work. */
export const runnerMessage = defineMessages({
  'runner.crashed': {
    en: 'The process that runs models crashed ({how}){using?}. {advice}',
    zh: '运行模型的进程{using?}崩溃了（{how}）。{advice}',
  },
  'runner.killed': {
    en: 'The process that runs models was ended from outside ({how}){using?}, perhaps because the machine ran short of memory. {lost} If memory is short, use a smaller batch size or fewer pictures.',
    zh: '运行模型的进程{using?}被外部结束（{how}），可能是因为机器内存不足。{lost}如果内存不足，请使用更小的批大小或更少的图片。',
  },
  'runner.memory': {
    en: '{reason} Use a smaller batch size, fewer or smaller pictures, or a smaller model.',
    zh: '{reason}请使用更小的批大小、更少或更小的图片，或更小的模型。',
  },
  /** The reasons in `runner.memory`. */
  'runner.memory-exhausted': {
    en: 'The process that runs models ran out of memory{using?}. {lost}',
    zh: '运行模型的进程{using?}内存不足。{lost}',
  },
  'runner.memory-limit': {
    en: '{subject} was stopped because it took {used} of memory{using?}; {limit} is the limit.',
    zh: '{subject}已停止，因为它{using?}占用了 {used} 内存，上限为 {limit}。',
  },
  'runner.stalled': {
    en: '{subject} was stopped because it made no progress for {time}{using?}. {advice}',
    zh: '{subject}已停止，因为它{using?}在 {time}内没有任何进展。{advice}',
  },
  'runner.deadline': {
    en: 'The run was stopped after {time}, the longest time that a run may take. Split the work, or raise the limit. Finished results are kept and need not be computed again.',
    zh: '运行在 {time}后停止，这是一次运行的最长时间。请拆分工作或提高上限。已完成的结果会保留，无需重新计算。',
  },
  'request.deadline': {
    en: 'The request was stopped after {time}, the longest time that it may take. Use a smaller file, or try again.',
    zh: '请求在 {time}后停止，这是一个请求的最长时间。请使用更小的文件，或重试。',
  },
  'runner.lost': {
    en: '{subject} shared its process with another one, and that process had to be ended. {lost}',
    zh: '{subject}与另一个任务共用进程，而该进程必须结束。{lost}',
  },
  'runner.closed': {
    en: 'The server was stopped before this was finished. Start it and run again.',
    zh: '服务器在完成之前被停止。请启动它并再次运行。',
  },
  'runner.unavailable': {
    en: 'The process that runs models does not start: {reason} Try another device (--device cpu), or install Patchbay again.',
    zh: '运行模型的进程无法启动：{reason}请换一个设备（--device cpu），或重新安装 Patchbay。',
  },
  /** An unexpected error, with its first line. */
  internal: {
    en: 'Patchbay ran into an unexpected error: {reason}',
    zh: 'Patchbay 遇到意外错误：{reason}',
  },
  'model.quarantined': {
    en: 'Patchbay does not use the model {title} ({model}), because it crashed or blocked the process that runs models twice. Choose another model, download this one again, or press Try again beside it in the Models panel.',
    zh: 'Patchbay 不使用模型 {title}（{model}），因为它两次使运行模型的进程崩溃或停滞。请选择别的模型，重新下载它，或在“模型”面板中点击它旁边的“重试”。',
  },

  /** Texts for holes of the messages above. */
  'runner.the-run': { en: 'The run', zh: '运行' },
  'runner.the-request': { en: 'The request', zh: '请求' },
  'runner.using': { en: ' while it was using the model {models}', zh: '在使用模型 {models} 时' },
  'runner.exit-code': { en: 'exit code {exit}', zh: '退出码 {exit}' },
  'runner.seconds': { en: '{count} {count|second|seconds}', zh: '{count} 秒' },
  'runner.minutes': { en: '{count} {count|minute|minutes}', zh: '{count} 分钟' },
  'runner.hours': { en: '{count} {count|hour|hours}', zh: '{count} 小时' },
  'runner.run-lost': { en: 'Only this run is lost: run it again.', zh: '只有此次运行丢失：请再次运行。' },
  'runner.request-lost': { en: 'Nothing else is lost: try again.', zh: '没有丢失其他内容：请重试。' },
  'runner.other-files': {
    en: '{lost} If it happens again, use smaller or other files, or another device.',
    zh: '{lost}如果再次发生，请使用更小的或别的文件，或换一个设备。',
  },
  'runner.other-model': {
    en: '{lost} If it happens again, choose another model or another device.',
    zh: '{lost}如果再次发生，请换一个模型或设备。',
  },
  'runner.set-aside': {
    en: 'This was the second time, so Patchbay no longer uses this model. Choose another model, or download or export this one again.',
    zh: '这已是第二次，因此 Patchbay 不再使用这个模型。请选择别的模型，或重新下载或导出它。',
  },
  'runner.smaller-work': {
    en: 'Use a smaller batch size or a smaller model. If the model never finishes, choose another one.',
    zh: '请使用更小的批大小或更小的模型。如果模型始终不结束，请换一个。',
  },
});
