import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about tables and metrics that a node gave wrongly. */
export const contentMessage = defineMessages({
  'output.wrong-content': {
    en: '{node} gave a wrong value at {output}: {reason} This is a fault of the node, not of your workflow.',
    zh: '{node} 在 {output} 给出了错误的值：{reason}这是节点的错误，不是您的工作流的错误。',
  },
  'table.columns': {
    en: 'The columns of a table are a list, not {got}.',
    zh: '表格的列应为列表，而不是 {got}。',
  },
  'table.column': {
    en: 'Column {column} is {got}. A column has a key, a title and a type.',
    zh: '第 {column} 列是 {got}。列应有 key、title 和 type。',
  },
  'table.column-fields': {
    en: 'Column {column} has the key {key}, the title {title} and the type {type}. Key and title are texts, and the type is "text", "number" or "boolean".',
    zh: '第 {column} 列的 key 是 {key}，title 是 {title}，type 是 {type}。key 和 title 应为文本，type 应为 "text"、"number" 或 "boolean"。',
  },
  'table.same-key': {
    en: 'Two columns have the key {key}. Give each column its own key.',
    zh: '有两列的 key 都是 {key}。请让每列有自己的 key。',
  },
  'table.rows': {
    en: 'The rows of a table are a list, not {got}.',
    zh: '表格的行应为列表，而不是 {got}。',
  },
  'table.row': {
    en: 'Row {row} is {got}. A row is a list of cells.',
    zh: '第 {row} 行是 {got}。行应为单元格的列表。',
  },
  'table.row-length': {
    en: 'Row {row} has {count} {count|cell|cells}, and the table has {columns} {columns|column|columns}.',
    zh: '第 {row} 行有 {count} 个单元格，而表格有 {columns} 列。',
  },
  'table.bigint': {
    en: 'Row {row} has the BigInt {got} in the column "{title}". Cells are texts, numbers, booleans or null; write Number(value) or String(value).',
    zh: '第 {row} 行的“{title}”列是 BigInt {got}。单元格应为文本、数字、布尔值或 null；请写 Number(value) 或 String(value)。',
  },
  'table.cell': {
    en: 'Row {row} has {got} in the column "{title}". Cells are texts, numbers, booleans or null.',
    zh: '第 {row} 行的“{title}”列是 {got}。单元格应为文本、数字、布尔值或 null。',
  },
  'metrics.values': {
    en: 'The values of metrics are numbers by name, not {got}.',
    zh: '指标的值应为按名称给出的数字，而不是 {got}。',
  },
  'metrics.number': {
    en: 'The metric "{name}" is {got}. A metric is a number or a list of numbers.',
    zh: '指标“{name}”是 {got}。指标应为数字或数字列表。',
  },
});
