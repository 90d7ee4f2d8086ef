import type { ViewMap } from '../../../server/contract/view.ts';
import { formatCount, formatScore, labelled } from '../../ui/format.ts';
import { madeText, t } from '../../ui/strings/index.ts';
import { type Context, type Drawing, MARGIN, QUIET, TITLE, WIDTH, write } from '../drawing.ts';
import { categoryOf } from '../label-text.ts';
import { cloudOf, fitted } from './cloud.ts';
import { type Coloring, coloringOf, nameColor, packed, pointColors } from './coloring.ts';
import { columnIn, lookOf } from './look.ts';
import { paintMap } from './paint.ts';

const HEIGHT = 760;
/** The colour of items without a name or number. */
const UNKNOWN = '#b3bac6';
const LEGEND_ROW = 24;
const LEGEND_COLUMNS = 5;
/** The most names in the legend, the most frequent ones; the rest is counted. */
const MOST_NAMES = 60;
const BAR = { width: 256, height: 12 };

/** The names of a legend, the most frequent first, each with its colour and how many items have it; then what has no name. */
function legendOf(coloring: Coloring): readonly { readonly text: string; readonly color?: string }[] {
  if (coloring.kind !== 'names') return [];
  const { names, counts, without } = coloring;
  const countOf = (place: number) => counts[place] ?? 0;
  const order = [...names.keys()].sort((a, b) => countOf(b) - countOf(a) || a - b);
  const rest = order.slice(MOST_NAMES);
  return [
    ...order.slice(0, MOST_NAMES).map((place) => ({
      text: `${categoryOf(undefined, names[place] ?? '')}  ${formatCount(countOf(place))}`,
      color: nameColor(place),
    })),
    ...(rest.length > 0
      ? [
          {
            text: t('results.mapLegendRest', {
              count: formatCount(rest.length),
              items: formatCount(rest.reduce((sum, place) => sum + countOf(place), 0)),
            }),
          },
        ]
      : []),
    ...(without > 0
      ? [{ text: labelled(t('results.mapWithout'), formatCount(without)), color: UNKNOWN }]
      : []),
  ];
}

/** A map as a drawing for export, in the colours that people chose for it in its node: as points, without pictures. */
export function mapDrawing(view: ViewMap, nodeId: string): Drawing {
  const cloud = cloudOf(view.values, 2 + view.columns.length);
  const column = columnIn(view, lookOf(nodeId));
  const coloring = coloringOf(view, column < 0 ? undefined : column);
  const title = madeText(view.columns[column]?.title ?? '');
  const names = legendOf(coloring);
  const rows = Math.ceil(names.length / LEGEND_COLUMNS) + (coloring.kind === 'none' ? 0 : 1);
  const room = { width: WIDTH - 2 * MARGIN, height: HEIGHT };
  return {
    height: HEIGHT + 16 + rows * LEGEND_ROW,
    items: [],
    part: { shown: view.items.length, total: view.items.length },
    draw(context) {
      const image = context.createImageData(room.width, room.height);
      paintMap({ ...room, data: new Uint32Array(image.data.buffer) }, cloud, fitted(cloud, room, 24), {
        colors: pointColors(view, coloring, { plain: packed('#4f46e5'), unknown: packed(UNKNOWN) }),
        background: packed('#ffffff'),
        accent: packed('#4f46e5'),
        ink: packed('#000000'),
        ratio: 2,
      });
      context.putImageData(image, MARGIN, TITLE);
      const top = TITLE + HEIGHT + 24;
      const wide = room.width / LEGEND_COLUMNS;
      if (coloring.kind !== 'none') write(context, title, MARGIN, top, { size: 13, weight: 600, width: 400 });
      for (const [place, { text, color }] of names.entries()) {
        const x = MARGIN + (place % LEGEND_COLUMNS) * wide;
        const y = top + (1 + Math.floor(place / LEGEND_COLUMNS)) * LEGEND_ROW;
        if (color !== undefined) {
          context.fillStyle = color;
          context.fillRect(x, y - 10, 12, 12);
        }
        write(context, text, x + 18, y, { size: 13, width: wide - 30 });
      }
      if (coloring.kind === 'numbers') drawScale(context, coloring, MARGIN + 420, top);
    },
  };
}

/** The colours of numbers from the smallest to the largest, and how many items have none. */
function drawScale(
  context: Context,
  { scale, without }: Extract<Coloring, { readonly kind: 'numbers' }>,
  x: number,
  y: number,
): void {
  const { steps, min, max } = scale;
  write(context, formatScore(min), x - 8, y, { size: 13, color: QUIET, align: 'right' });
  for (let step = 0; step < BAR.width; step++) {
    const [red, green, blue] = steps.subarray(step * 3, step * 3 + 3);
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    context.fillRect(x + step, y - 10, 1, BAR.height);
  }
  write(context, formatScore(max), x + BAR.width + 8, y, { size: 13, color: QUIET });
  if (without > 0)
    write(context, labelled(t('results.mapWithout'), formatCount(without)), x + BAR.width + 120, y, {
      size: 13,
      color: QUIET,
    });
}
