import type { ViewMap } from '../../../server/contract/view.ts';
import { formatCount, formatScore } from '../../ui/format.ts';
import { madeText, t } from '../../ui/strings/index.ts';
import { type Drawing, MARGIN, QUIET, TITLE, WIDTH, write } from '../drawing.ts';
import { cloudOf, fitted } from './cloud.ts';
import { coloringOf, nameColor, packed, pointColors } from './coloring.ts';
import { paintMap } from './paint.ts';

const HEIGHT = 760;
const LEGEND_ROW = 24;
const LEGEND_COLUMNS = 5;
/** More names than this have no legend. */
const MOST_NAMES = 60;

/** A map as a drawing for export, coloured by its first column: as points, without pictures. */
export function mapDrawing(view: ViewMap): Drawing {
  const cloud = cloudOf(view.values, 2 + view.columns.length);
  const coloring = coloringOf(view, view.columns.length > 0 ? 0 : undefined);
  const names = coloring.kind === 'names' ? coloring.names.slice(0, MOST_NAMES) : [];
  const rows = Math.ceil(names.length / LEGEND_COLUMNS) + (coloring.kind === 'numbers' ? 1 : 0);
  const room = { width: WIDTH - 2 * MARGIN, height: HEIGHT };
  return {
    height: HEIGHT + 16 + rows * LEGEND_ROW,
    items: [],
    part: { shown: view.items.length, total: view.items.length },
    draw(context) {
      const image = context.createImageData(room.width, room.height);
      paintMap({ ...room, data: new Uint32Array(image.data.buffer) }, cloud, fitted(cloud, room, 24), {
        colors: pointColors(view, coloring, { plain: packed('#4f46e5'), unknown: packed('#b3bac6') }),
        background: packed('#ffffff'),
        accent: packed('#4f46e5'),
        ratio: 2,
      });
      context.putImageData(image, MARGIN, TITLE);
      const top = TITLE + HEIGHT + 24;
      const wide = room.width / LEGEND_COLUMNS;
      for (const [place, name] of names.entries()) {
        const x = MARGIN + (place % LEGEND_COLUMNS) * wide;
        const y = top + Math.floor(place / LEGEND_COLUMNS) * LEGEND_ROW;
        context.fillStyle = nameColor(place);
        context.fillRect(x, y - 10, 12, 12);
        const count = coloring.kind === 'names' ? (coloring.counts[place] ?? 0) : 0;
        write(context, `${name}  ${formatCount(count)}`, x + 18, y, { size: 13, width: wide - 30 });
      }
      if (coloring.kind === 'numbers')
        write(
          context,
          `${madeText(view.columns[coloring.column]?.title ?? '')}: ${t('results.scaleFrom', {
            min: formatScore(coloring.scale.min),
            max: formatScore(coloring.scale.max),
          })}`,
          MARGIN,
          top,
          { size: 13, color: QUIET },
        );
    },
  };
}
