import {
  type CurveSeries,
  defineMessages,
  defineNode,
  didYouMean,
  nearestName,
  PatchbayError,
  param,
  port,
  type Table,
} from '../sdk/index.ts';

const say = defineMessages({
  'curve.no-column': {
    en: 'The table has no column *{name}*. It has {columns:and}.{hint?}',
    zh: '表格没有 *{name}* 列。它有 {columns:and}。{hint?}',
  },
  'curve.no-numbers': {
    en: 'The column *{name}* holds no numbers, so it cannot be drawn. Choose a column of numbers.',
    zh: '*{name}* 列没有数值，无法画出。请选择数值列。',
  },
  'curve.nothing': {
    en: 'The table has no column of numbers besides *{name}*. Connect a table with at least one more, such as a training history.',
    zh: '除 *{name}* 外，表格没有其他数值列。请连接至少还有一个数值列的表格，例如训练历史。',
  },
});

/** A table without a column for x is drawn over the number of the row. */
const ROW = 'Row';
/** The most points in one view. More would make its JSON too large for a browser. */
const MOST = 200_000;

/** The place of a column, by its title or its key. @throws PatchbayError `curve.no-column`, `curve.no-numbers` */
function columnAt({ columns }: Table, name: string, field: string): number {
  const wanted = name.trim();
  const at = [
    columns.findIndex(({ title }) => title === wanted),
    columns.findIndex(({ key }) => key === wanted),
    columns.findIndex(({ title }) => title.toLowerCase() === wanted.toLowerCase()),
  ].find((place) => place >= 0);
  if (at === undefined) {
    const titles = columns.map(({ title }) => title);
    const hint = didYouMean(nearestName(wanted, titles));
    throw new PatchbayError({
      ...say('curve.no-column', { name: wanted, columns: titles, hint }),
      param: field,
    });
  }
  if (columns[at]?.type !== 'number')
    throw new PatchbayError({
      ...say('curve.no-numbers', { name: columns[at]?.title ?? wanted }),
      param: field,
    });
  return at;
}

export default defineNode({
  title: 'Curve',
  description:
    'Draws columns of a table as lines over another column, for example the loss of a training over its steps.',
  keywords: ['line', 'chart', 'plot', 'graph', 'loss', 'history', 'training', 'show'],
  inputs: { table: port.table({ help: 'The table to draw, such as a training history.' }) },
  params: {
    x: param.text({
      title: 'Over',
      placeholder: 'first column of numbers',
      help: 'The title of the column that goes from left to right. If empty, this is the first column of numbers.',
    }),
    columns: param.prompts({
      default: [],
      title: 'Lines',
      help: 'The titles of the columns to draw, one per line. If empty, all other columns of numbers are drawn.',
    }),
    dashed: param.prompts({
      default: [],
      title: 'Dashed',
      help: 'The titles of lines to draw dashed, such as values of held-out pictures.',
      advanced: true,
    }),
    axis: param.text({
      default: '',
      title: 'Title of the numbers',
      help: 'Stands above the numbers at the left. If empty, and only one line is drawn, it is the title of that line.',
      advanced: true,
    }),
    limit: param.integer({
      default: 10_000,
      min: 1,
      max: 100_000,
      title: 'Point limit',
      help: 'Draws at most this many points of each line, from the first one.',
      advanced: true,
    }),
  },
  outputs: { view: port.view({ help: 'The lines that are shown.' }) },
  terminal: true,
  messages: say,
  infer: () => ({ view: { type: 'view' } }),
  run: ({ inputs: { table }, params: { x, columns, dashed, axis, limit } }) => {
    const numeric = table.columns.flatMap(({ type }, at) => (type === 'number' ? [at] : []));
    // A single column of numbers has nothing to lie over but the number of its rows.
    const over =
      x.trim() !== ''
        ? columnAt(table, x, 'x')
        : numeric.length > 1 || columns.length > 0
          ? numeric[0]
          : undefined;
    const chosen = columns.filter((name) => name.trim() !== '');
    const lines =
      chosen.length > 0
        ? chosen.map((name) => columnAt(table, name, 'columns'))
        : numeric.filter((at) => at !== over);
    const titleAt = (at: number | undefined) => (at === undefined ? ROW : (table.columns[at]?.title ?? ''));
    if (lines.length === 0)
      throw new PatchbayError({ ...say('curve.nothing', { name: titleAt(over) }), port: 'table' });
    const isDashed = new Set(
      dashed.filter((name) => name.trim() !== '').map((name) => columnAt(table, name, 'dashed')),
    );
    const rows = table.rows.slice(0, Math.min(limit, Math.floor(MOST / lines.length)));
    const numberAt = (row: Table['rows'][number], at: number) => {
      const cell = row[at];
      return typeof cell === 'number' ? cell : Number.NaN;
    };
    const series = lines.map(
      (at): CurveSeries => ({
        name: titleAt(at),
        points: rows.map((row, place) => [
          over === undefined ? place + 1 : numberAt(row, over),
          numberAt(row, at),
        ]),
        ...(isDashed.has(at) && { dashed: true }),
      }),
    );
    const y = axis.trim() || (series.length === 1 ? (series[0]?.name ?? '') : '');
    return {
      view: {
        kind: 'view',
        view: 'curve',
        x: titleAt(over),
        y,
        series,
        total: table.rows.length * lines.length,
      },
    };
  },
  translations: {
    zh: {
      title: '曲线',
      description: '把表格的若干列画成随另一列变化的线，例如训练损失随步数的变化。',
      inputs: { table: { title: '表格', help: '要画的表格，例如训练历史。' } },
      params: {
        x: {
          title: '横轴',
          help: '从左到右的那一列的标题。留空时为第一个数值列。',
          placeholder: '第一个数值列',
        },
        columns: { title: '线', help: '要画的列的标题，每行一个。留空时画出其余所有数值列。' },
        dashed: { title: '虚线', help: '画成虚线的列的标题，例如留出图片上的数值。' },
        axis: { title: '数值标题', help: '写在左侧数值上方。留空且只有一条线时，为该线的标题。' },
        limit: { title: '点数上限', help: '每条线最多画这么多个点，从第一个起。' },
      },
      outputs: { view: { title: '结果', help: '显示的线。' } },
    },
  },
});
