import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about the settings of nodes. */
export const paramMessage = defineMessages({
  'param.of-node': { en: '{field} of {node}', zh: '{node} 的 {field}' },
  'param.wrong-type': {
    en: '{field} must be {expected}, but is {got}.',
    zh: '{field} 必须是{expected}，现在是{got}。',
  },
  'param.not-a-choice': {
    en: '{field} must be {expected}, but is {got}.{hint?}',
    zh: '{field} 必须是{expected}，现在是{got}。{hint?}',
  },
  'param.too-small': {
    en: '{field} must be {expected}, but is {got}.',
    zh: '{field} 必须{expected}，现在是{got}。',
  },
  'param.too-large': {
    en: '{field} must be {expected}, but is {got}.',
    zh: '{field} 必须{expected}，现在是{got}。',
  },
  'param.url': {
    en: '{field} must be {expected}, but is {got}.',
    zh: '{field} 必须是{expected}，现在是{got}。',
  },
  'param.required': { en: '{field} is {state}. {advice}', zh: '参数{field} {state}。{advice}' },
  'param.collection-name': {
    en: '{field} is "{name}", which cannot be the name of a collection. Use 1 to {count} characters, without any of / \\ : * ? " < > | and without a dot at the beginning or end.',
    zh: '{field}是“{name}”，不能作为收藏集的名称。请使用 1 到 {count} 个字符，不含 / \\ : * ? " < > |，开头和结尾不能是点。',
  },
  'param.file-name': {
    en: '{field} cannot be {got}. {reason} Write a name such as "{example}".',
    zh: '{field} 不能是{got}。{reason}请输入名称，例如“{example}”。',
  },
  'param.unknown': {
    en: '{node} has no param called "{param}".{hint?} Remove it or rename it.',
    zh: '{node} 没有名为“{param}”的参数。{hint?}请移除它或改名。',
  },

  'fill.not-chosen': { en: 'not chosen yet', zh: '尚未选择' },
  'fill.empty': { en: 'empty', zh: '是空的' },
  'value.with-unit': { en: '{value} {unit}', zh: '{value} {unit}' },
  'unit.px': { en: 'px', zh: '像素' },
  'fill.folder': { en: 'Choose a folder.', zh: '请选择一个文件夹。' },
  'fill.file': { en: 'Choose a file.', zh: '请选择一个文件。' },
  'fill.lines': { en: 'Write at least one entry, one per line.', zh: '请至少写一项，每行一项。' },
  'fill.text': { en: 'Fill it in{example?}.', zh: '请填写{example?}。' },
  'fill.example': { en: ', for example "{text}"', zh: '，例如“{text}”' },

  'value.choice': { en: 'one of {choices}', zh: '{choices} 之一' },
  'value.texts': { en: 'a list of texts', zh: '文本列表' },
  'value.numbers': { en: 'a list of numbers', zh: '数字列表' },
  'value.web-address': {
    en: 'an address that begins with http:// or https://',
    zh: '以 http:// 或 https:// 开头的网址',
  },
  // The Chinese texts follow 必须, which has no 是.
  'size.text': { en: 'a text of at most {count} characters', zh: '是至多 {count} 个字符的文本' },
  'size.texts': { en: 'a list of at most {count} texts', zh: '是至多 {count} 项的文本列表' },
  'size.numbers': { en: 'a list of {count} numbers', zh: '是 {count} 个数字的列表' },
  'size.entry': {
    en: 'a list of texts of at most {count} characters each',
    zh: '是每项至多 {count} 个字符的文本列表',
  },
  'value.long-line': {
    en: 'a list whose line {entry} has {count} characters',
    zh: '第 {entry} 行有 {count} 个字符的列表',
  },
  'value.list-with': { en: 'a list with {got} as entry {entry}', zh: '第 {entry} 项为{got}的列表' },
  'value.quoted': { en: '"{text}"', zh: '“{text}”' },
  'value.text-of-length': { en: 'a text of {count} characters', zh: '{count} 个字符的文本' },
  'value.list-of-length': { en: 'a list of {count}', zh: '{count} 项的列表' },
});
