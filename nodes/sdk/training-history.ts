import { cellOf } from './numbers.ts';
import type { CurveSeries, Table, View } from './values.ts';

/** The numbers of one moment of a training, as much of them as are known. */
export interface HistoryPoint {
  readonly step: number;
  readonly loss: number;
  readonly accuracy?: number;
  readonly heldOutLoss?: number;
  readonly heldOutAccuracy?: number;
}

const TITLES = {
  step: 'Step',
  loss: 'Training loss',
  accuracy: 'Training accuracy',
  heldOutLoss: 'Held-out loss',
  heldOutAccuracy: 'Held-out accuracy',
} as const satisfies Record<keyof HistoryPoint, string>;

/** A curve draws at most about so many points of a line. */
const MOST_POINTS = 400;

/** A training as a table with these columns; a number that is not known is an empty cell. */
export function historyTable(
  points: readonly HistoryPoint[],
  columns: readonly (keyof HistoryPoint)[],
): Table {
  return {
    kind: 'table',
    columns: columns.map((key) => ({ key, title: TITLES[key], type: 'number' })),
    rows: points.map((point) => columns.map((key) => cellOf(point[key]))),
  };
}

/** The losses of a training over its steps: solid for what it learns from and, if there are any, dashed for the held-out ones. */
export function lossCurve(points: readonly HistoryPoint[]): View {
  const every = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  const drawn = points.filter((_, i) => i % every === 0 || i === points.length - 1);
  const line = (key: 'loss' | 'heldOutLoss') =>
    drawn.flatMap((point): [number, number][] => {
      const value = cellOf(point[key]);
      return value === null ? [] : [[point.step, value]];
    });
  const held = line('heldOutLoss');
  const series: CurveSeries[] = [
    { name: TITLES.loss, points: line('loss') },
    ...(held.length > 0 ? [{ name: TITLES.heldOutLoss, points: held, dashed: true } as const] : []),
  ];
  return { kind: 'view', view: 'curve', x: 'Step', y: 'Loss', series };
}
