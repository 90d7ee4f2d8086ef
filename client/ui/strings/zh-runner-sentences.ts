import type { SentencePair } from './sentence-pair.ts';

/** How runs end, and what is said of them while they wait. */
export const zhRunnerSentences: readonly SentencePair[] = [
  ['The process that runs models crashed ({a}){hint}. {b}', '运行模型的进程{hint}崩溃了（{a}）。{b}'],
  [
    'The process that runs models was ended from outside ({a}){hint}, perhaps because the machine ran short of memory. {b} If memory is short, use a smaller batch size or fewer pictures.',
    '运行模型的进程{hint}被外部结束（{a}），可能是因为机器内存不足。{b}如果内存不足，请使用更小的批大小或更少的图片。',
  ],
  [
    'The process that runs models found no more memory{hint}. {b} Use a smaller batch size, fewer or smaller pictures, or a smaller model.',
    '运行模型的进程{hint}内存不足。{b}请使用更小的批大小、更少或更小的图片，或更小的模型。',
  ],
  [
    '{a} was stopped because it took {b} of memory{hint}; {c} is the limit. Use a smaller batch size, fewer or smaller pictures, or a smaller model.',
    '{a}已停止，因为它{hint}占用了 {b} 内存，上限为 {c}。请使用更小的批大小、更少或更小的图片，或更小的模型。',
  ],
  ['{a} was stopped because nothing moved for {b}. {c}', '{a}已停止，因为 {b}内没有任何进展。{c}'],
  [
    '{a} was stopped because nothing moved for {b} while it was using the model {d}. {c}',
    '{a}已停止，因为使用模型 {d} 时 {b}内没有任何进展。{c}',
  ],
  [
    'The run was stopped after {a}, the longest a run may take. Split the work, or raise the limit; what was finished is kept and need not run again.',
    '运行在 {a}后停止，这是运行的最长时间。请拆分工作或提高上限；已完成的部分会保留，无需重新运行。',
  ],
  [
    'The request was stopped after {a}, the longest it may take. Use a smaller file, or try again.',
    '请求在 {a}后停止，这是请求的最长时间。请使用更小的文件，或重试。',
  ],
  [
    '{a} shared its process with another one, which had to be ended. {b}',
    '{a}与另一个任务共用进程，而该进程必须结束。{b}',
  ],
  [
    'The server was stopped before this was done. Start it and run again.',
    '服务器在完成之前被停止。请启动它并再次运行。',
  ],
  [
    'The process that runs models does not start: {a} Try another device (--device cpu), or install Patchbay again.',
    '运行模型的进程无法启动：{a}请换一个设备（--device cpu），或重新安装 Patchbay。',
  ],
  ['{a} If it happens again, {b}.', '{a}如果再次发生，{b}。'],
  [
    'It did so twice and is set aside: choose another model, or fetch or export this one again.',
    '这个模型已发生两次，因此被搁置：请选择别的模型，或重新下载或导出它。',
  ],
  ['Only this run is lost: run it again.', '只有此次运行丢失：请再次运行。'],
  ['Nothing else is lost: try again.', '没有丢失其他内容：请重试。'],
  [
    'Use a smaller batch size or a smaller model; if the model never ends, choose another one.',
    '请使用更小的批大小或更小的模型；如果模型始终不结束，请换一个。',
  ],
  ['Something went wrong that should not: {a}', '出现了不该发生的错误：{a}'],
  [
    'The runtime was shut down before this work was done. Start it again.',
    '运行时在工作完成之前被关闭。请重新启动它。',
  ],
  ['The run was cancelled.', '运行已取消。'],
  ['The run could not be carried out; the log of the server says why.', '无法执行运行；原因见服务器的日志。'],
  [
    'The server was stopped. The run goes on when it starts again.',
    '服务器已停止。它再次启动后，运行会继续。',
  ],
  [
    'Another run took down the process they shared. It is tried again.',
    '另一个运行使共用的进程崩溃。正在重试此次运行。',
  ],
  [
    'The server ended while the run was under way. It goes on from what is kept.',
    '服务器在运行期间结束。运行会从已保存的部分继续。',
  ],
  [
    'The server was lost {a} times while this run was under way, so it was not tried again. Run it again if you think it was not the cause.',
    '此次运行期间服务器崩溃了 {a} 次，因此没有再重试。如果您认为原因不在于它，请再次运行。',
  ],
  ['There are more warnings, which are left out.', '还有更多警告，未列出。'],
  ['Not listed here.', '未在这里列出。'],
  ['and {a} more', '另有 {a} 个'],
  ['{a} cannot be read: {b}', '无法读取 {a}：{b}'],
];

/** Parts of those that vary. */
export const zhRunnerPhrases: readonly SentencePair[] = [
  ['The run', '运行'],
  ['The request', '请求'],
  [' while it was using the model {a}', '在使用模型 {a} 时'],
  ['use smaller or other files, or another device', '请使用更小或别的文件，或换一个设备'],
  ['choose another model or another device', '请换一个模型或设备'],
  ['exit code {a}', '退出码 {a}'],
  ['{a} seconds', '{a} 秒'],
  ['{a} minutes', '{a} 分钟'],
  ['{a} hours', '{a} 小时'],
];
