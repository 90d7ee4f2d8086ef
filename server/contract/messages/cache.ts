import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Why a node's result came from the cache, or why the node ran. */
export const cacheMessage = defineMessages({
  'cache.memory': { en: 'Nothing has changed since the last run.', zh: '自上次运行以来没有变化。' },
  'cache.disk': {
    en: 'Nothing has changed since the last run. The result was read from disk.',
    zh: '自上次运行以来没有变化。结果从磁盘读取。',
  },
  'cache.shared': {
    en: 'Another node does the same with the same inputs. It ran once for both.',
    zh: '另一个节点用相同的输入做同样的事，因此两者只运行了一次。',
  },
  'cache.unneeded': {
    en: 'No node that uses this result had to run.',
    zh: '使用此结果的节点都无需运行。',
  },
  'cache.new': { en: 'It runs with these params for the first time.', zh: '这是第一次用这些参数运行。' },
  'cache.params': { en: 'A param changed.', zh: '参数已改变。' },
  'cache.inputs': { en: 'An input changed.', zh: '输入已改变。' },
  'cache.outside': {
    en: 'A file, folder or model that this node reads has changed.',
    zh: '此节点读取的文件、文件夹或模型已改变。',
  },
  'cache.version': { en: 'The node itself was updated.', zh: '节点本身已更新。' },
  'cache.device': { en: 'The last run used another device.', zh: '上次运行使用了另一个设备。' },
  'cache.never': { en: 'This node runs every time.', zh: '此节点每次都运行。' },
  'cache.off': { en: 'This run computes everything again.', zh: '此次运行全部重新计算。' },
  'cache.evicted': {
    en: 'The result was removed to make room for newer ones.',
    zh: '结果已被移除，为较新的结果腾出空间。',
  },
});
