import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about the start of the server and the data that it keeps. */
export const storageMessage = defineMessages({
  'data.in-use': {
    en: '{who} uses {path}. Stop it, or start this one with another data folder: --data FOLDER.',
    zh: '{who}正在使用 {path}。请停止它，或以另一个数据文件夹启动：--data FOLDER。',
  },
  'data.other': { en: 'Another Patchbay', zh: '另一个 Patchbay ' },
  'data.other-process': {
    en: 'Another Patchbay (process {pid}, {address})',
    zh: '另一个 Patchbay（进程 {pid}，{address}）',
  },
  'data.server-uses': {
    en: 'The server at {address} uses the data folder {path}. Look at its runs in the studio or with GET {address}api/runs, or stop it and try again.',
    zh: '{address} 的服务器正在使用数据文件夹 {path}。请在界面中或用 GET {address}api/runs 查看它的运行记录，或停止它后重试。',
  },
  'data.command-uses': {
    en: 'Another Patchbay uses the data folder {path}. Try again when it has ended.',
    zh: '另一个 Patchbay 正在使用数据文件夹 {path}。请在它结束后重试。',
  },
  'data.damaged': {
    en: '{path} is damaged, or not written by Patchbay. Run "patchbay doctor" to see what can be saved, or move it away to start with an empty one.',
    zh: '{path} 已损坏，或不是由 Patchbay 写入的。请运行“patchbay doctor”查看可以挽救的内容，或把它移走，以便从空的开始。',
  },
  'data.newer': {
    en: 'A newer Patchbay has used this data folder. Update Patchbay, or use another folder: --data FOLDER.',
    zh: '更新的 Patchbay 使用过这个数据文件夹。请更新 Patchbay，或使用另一个文件夹：--data FOLDER。',
  },
  'data.disk-full': {
    en: 'The disk that holds {path} is full. Free some space and start again.',
    zh: '{path} 所在的磁盘已满。请腾出空间后再次启动。',
  },
  'data.not-a-folder': {
    en: '{path} is not a folder. Choose another data folder: --data FOLDER, or PATCHBAY_DATA.',
    zh: '{path} 不是文件夹。请选择另一个数据文件夹：--data FOLDER，或 PATCHBAY_DATA。',
  },
  'data.read-only': {
    en: 'Patchbay cannot write to the data folder {path}. Check that you have permission to write there and that its disk is not read-only, or choose another one: --data FOLDER.',
    zh: 'Patchbay 无法写入数据文件夹 {path}。请检查是否有写入权限、磁盘是否为只读，或选择另一个：--data FOLDER。',
  },
  'data.unreadable': { en: '{path} cannot be opened: {reason}.', zh: '无法打开 {path}：{reason}。' },

  'storage.full': {
    en: 'The disk of the data folder is full, so nothing was saved. Free some space and try again.',
    zh: '数据文件夹所在的磁盘已满，因此没有保存。请腾出空间后重试。',
  },
  'storage.unwritable': {
    en: 'The server cannot write to its journal, so nothing is saved at the moment. Check that the disk is not full. The server tries again.',
    zh: '服务器无法写入日志库，因此目前无法保存任何内容。请检查磁盘是否已满。服务器会重试。',
  },

  'data.gone': {
    en: 'The data folder {path} was removed or replaced while the server was running, so nothing can be saved. Put it back, or stop the server and start it again.',
    zh: '数据文件夹 {path} 在服务器运行时被移除或替换，因此无法保存。请把它放回，或停止服务器后重新启动。',
  },
  'storage.damaged': {
    en: 'Some entries of the journal are damaged and were set aside. Stop the server and run "patchbay doctor" to see them.',
    zh: '日志库中有些条目已损坏，已被搁置。请停止服务器并运行“patchbay doctor”查看。',
  },
  'storage.corrupt': {
    en: 'The journal is damaged, so this cannot be read or saved. Stop the server and run "patchbay doctor".',
    zh: '日志库已损坏，因此无法读取或保存。请停止服务器并运行“patchbay doctor”。',
  },
  'run.unreadable': {
    en: 'The stored data of run {id} is damaged and cannot be read. Delete the run, or start it again from its workflow.',
    zh: '运行 {id} 的存储数据已损坏，无法读取。请删除此运行，或从它的工作流重新开始。',
  },
  'run.result-unstored': {
    en: 'The run ended, but its result could not be saved. Check that the disk of the data folder is not full, then run it again.',
    zh: '运行已结束，但无法保存其结果。请检查数据文件夹所在的磁盘是否已满，然后再次运行。',
  },
  'event.unreadable': {
    en: 'Event {seq} of this run is damaged and cannot be read.',
    zh: '此运行的事件 {seq} 已损坏，无法读取。',
  },
  'workflow.unreadable': {
    en: 'Revision {revision} of workflow {id} is damaged and cannot be read. Open an earlier revision, or run "patchbay doctor".',
    zh: '工作流 {id} 的版本 {revision} 已损坏，无法读取。请打开更早的版本，或运行“patchbay doctor”。',
  },

  'server.port-in-use': {
    en: 'Another program uses port {port}. Choose another one with --port, or 0 for any.',
    zh: '另一个程序正在使用端口 {port}。请用 --port 选择另一个，或用 0 任选。',
  },
  'server.listen': {
    en: 'The server cannot listen on {host}:{port} ({reason}).',
    zh: '服务器无法监听 {host}:{port}（{reason}）。',
  },

  'workflow.conflict': {
    en: 'The workflow was saved elsewhere and now has revision {revision}. Open it again, or save yours as a new one.',
    zh: '工作流已在别处保存，现在的版本为 {revision}。请重新打开，或把您的另存为新的工作流。',
  },
});
