import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages of `patchbay doctor` about damage in the journal. */
export const doctorMessage = defineMessages({
  'doctor.healthy': { en: 'The journal in {folder} is not damaged.', zh: '{folder} 中的日志库没有损坏。' },
  'doctor.file': {
    en: 'The file {path} is damaged as a whole, so its entries cannot be trusted.',
    zh: '文件 {path} 整体已损坏，其中的条目不可信。',
  },
  'doctor.run': {
    en: 'Run {id}: its name, state or another value is damaged.',
    zh: '运行 {id}：其名称、状态或其他值已损坏。',
  },
  'doctor.run-workflow': { en: 'Run {id}: its workflow is damaged.', zh: '运行 {id}：其工作流已损坏。' },
  'doctor.run-result': { en: 'Run {id}: its result is damaged.', zh: '运行 {id}：其结果已损坏。' },
  'doctor.events': {
    en: 'Run {id}: {count} {count|event is|events are} damaged.',
    zh: '运行 {id}：{count} 个事件已损坏。',
  },
  'doctor.workflow': {
    en: 'Workflow "{name}": its name or description is damaged.',
    zh: '工作流“{name}”：其名称或说明已损坏。',
  },
  'doctor.revisions': {
    en: 'Workflow "{name}": damaged revisions {revisions}.',
    zh: '工作流“{name}”：已损坏的版本 {revisions}。',
  },
  'doctor.asset': {
    en: 'Upload "{name}": its name or type is damaged. The file itself is not.',
    zh: '上传的文件“{name}”：其名称或类型已损坏，文件本身没有。',
  },
  'doctor.settings': {
    en: 'A setting of the server is damaged.',
    zh: '服务器的一项设置已损坏。',
  },
  'doctor.how': {
    en: 'Run "patchbay doctor --repair" to repair this. It writes a snapshot of the journal first.',
    zh: '运行“patchbay doctor --repair”进行修复。它会先写入日志库的快照。',
  },
  'doctor.snapshot': {
    en: 'The journal before the repair is in snapshots/{snapshot}.',
    zh: '修复前的日志库位于 snapshots/{snapshot}。',
  },
  'doctor.repaired': {
    en: '{count} {count|entry was|entries were} repaired. What could not be read is gone.',
    zh: '已修复 {count} 个条目。无法读取的内容已丢失。',
  },
  'doctor.restored': {
    en: 'The journal is now the one of snapshots/{snapshot}. The damaged file is {aside}.',
    zh: '日志库现为 snapshots/{snapshot} 的内容。损坏的文件是 {aside}。',
  },
  'doctor.no-snapshot': {
    en: 'No snapshot can be used, so the journal stays as it is. Move it away to start with an empty one.',
    zh: '没有可用的快照，因此日志库保持原样。请把它移走，以便从空的开始。',
  },
});
