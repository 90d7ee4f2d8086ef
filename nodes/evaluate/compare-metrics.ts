import {
  type Cell,
  defineMessages,
  defineNode,
  filledLines,
  type Metrics,
  param,
  port,
  type Table,
} from '../sdk/index.ts';

const say = defineMessages({
  'compare-metrics.names': {
    en: '*Names* has {given} {given|name|names}, but {metrics} {metrics|wire is|wires are} connected. The others are called by their number.',
    zh: '*名称* 有 {given} 个，但连接了 {metrics} 条连线。其余的以序号命名。',
  },
  'compare-metrics.none': {
    en: 'No number has a name with {parts:or}, so all are shown. There are {known:and}.',
    zh: '没有数值的名称含有 {parts:or}，因此全部显示。现有 {known:and}。',
  },
});

/** The single numbers of some metrics, by name; lists of numbers have no place in a cell. */
const numbersOf = ({ values }: Metrics): ReadonlyMap<string, number> =>
  new Map(Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

export default defineNode({
  title: 'Compare metrics',
  description:
    'Puts numbers of several nodes side by side in one table, for example before and after training, or of several encoders.',
  keywords: ['side by side', 'table', 'before', 'after', 'encoders', 'difference', 'benchmark', 'join'],
  inputs: {
    metrics: port.metrics({ help: 'The numbers to compare, one wire for each column.', many: true }),
  },
  params: {
    names: param.prompts({ default: [], help: 'A name for each of the wires, in their order.' }),
    only: param.text({
      default: '',
      title: 'Numbers to show',
      help: 'Parts of names, separated by commas: only numbers whose name contains one of them are shown, such as "accuracy, mAP". If empty, all are shown. Names are those of files, in English.',
      maxLength: 1000,
    }),
  },
  outputs: {
    table: port.table({
      help: 'One row for each number, one column for each wire. With two wires, a column says how much higher the second is. A number that a wire does not have is empty.',
    }),
  },
  messages: say,
  infer: () => ({ table: { type: 'table' } }),
  run: ({ inputs: { metrics }, params: { names, only }, ctx }) => {
    const given = filledLines(names);
    if (given.length > 0 && given.length !== metrics.length)
      ctx.warn(say('compare-metrics.names', { given: given.length, metrics: metrics.length }));
    const titles = metrics.map((_, at) => given[at] ?? String(at + 1));
    const numbers = metrics.map(numbersOf);
    const known = [...new Set(numbers.flatMap((own) => [...own.keys()]))];
    const parts = filledLines(only.split(/[,，]/));
    const wanted = known.filter((name) =>
      parts.some((part) => name.toLowerCase().includes(part.toLowerCase())),
    );
    if (parts.length > 0 && wanted.length === 0 && known.length > 0)
      ctx.warn(say('compare-metrics.none', { parts, known }));
    const shown = wanted.length > 0 ? wanted : known;
    const isPair = metrics.length === 2;
    const columns: Table['columns'] = [
      { key: 'metric', title: 'Metric', type: 'text' },
      ...titles.map((title, at) => ({ key: `wire-${at + 1}`, title, type: 'number' as const })),
      ...(isPair ? [{ key: 'difference', title: 'Difference', type: 'number' as const }] : []),
    ];
    const rows = shown.map((name): Cell[] => {
      const cells = numbers.map((own) => own.get(name) ?? null);
      const [before, after] = cells;
      const difference = before == null || after == null ? null : after - before;
      return [name, ...cells, ...(isPair ? [difference] : [])];
    });
    return { table: { kind: 'table', columns, rows } };
  },
  translations: {
    zh: {
      title: '比较指标',
      description: '把多个节点的数值并排放在一张表格中，例如训练前后，或多个编码器。',
      inputs: { metrics: { title: '指标', help: '要比较的数值，每条连线一列。' } },
      params: {
        names: { title: '名称', help: '每条连线的名称，按连线的顺序。' },
        only: {
          title: '要显示的数值',
          help: '名称的一部分，以逗号分隔：只显示名称含有其中之一的数值，例如“accuracy, mAP”。留空则全部显示。名称与文件中相同，为英文。',
        },
      },
      outputs: {
        table: {
          title: '表格',
          help: '每个数值一行，每条连线一列。有两条连线时，另有一列说明第二个高出多少。连线没有的数值留空。',
        },
      },
    },
  },
});
