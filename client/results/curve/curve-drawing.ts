import type { ViewOf } from '../../../server/contract/view.ts';
import { madeText } from '../../ui/strings/index.ts';
import { type Drawing, LINE, MARGIN, QUIET, TITLE, WIDTH, write } from '../drawing.ts';
import { plotOf, strokesOf, tickText } from './plot.ts';

const HEIGHT = 640;
/** Room for the names of the lines, for the numbers at the left, and for those below. */
const NAMES = 30;
const LEFT = 76;
const BELOW = 56;
/** The colours of the light scheme, in the order of `--pb-series-1` and on. */
export const COLORS = ['#4f46e5', '#c2500a', '#00805c', '#a8327f', '#8a6100', '#596272'];
const DASHES = [8, 6];

/** A curve as a drawing for export, with its axes and the names of its lines. */
export function curveDrawing(view: ViewOf<'curve'>): Drawing {
  const named = Math.max(1, Math.ceil(view.series.length / 4));
  const top = TITLE + NAMES * named;
  const plot = plotOf(view, {
    left: MARGIN + LEFT,
    top: top + 20,
    right: WIDTH - MARGIN - 12,
    bottom: top + HEIGHT - BELOW,
  });
  const { box, x, y, xAt, yAt } = plot;
  return {
    height: NAMES * named + HEIGHT,
    items: [],
    part: { shown: view.count, total: view.total },
    draw(context) {
      context.lineWidth = 1;
      for (const tick of y.ticks) {
        context.fillStyle = LINE;
        context.fillRect(box.left, Math.round(yAt(tick)), box.right - box.left, 1);
        write(context, tickText(tick), box.left - 8, yAt(tick) + 5, { color: QUIET, align: 'right' });
      }
      for (const tick of x.ticks)
        write(context, tickText(tick), xAt(tick), box.bottom + 22, { color: QUIET, align: 'center' });
      write(context, madeText(view.y), MARGIN, top + 8, { color: QUIET });
      write(context, madeText(view.x), box.right, box.bottom + 46, { color: QUIET, align: 'right' });
      context.lineWidth = 2.5;
      context.lineJoin = 'round';
      for (const [at, series] of view.series.entries()) {
        const color = COLORS[at % COLORS.length] as string;
        context.strokeStyle = color;
        context.fillStyle = color;
        context.setLineDash(series.dashed ? DASHES : []);
        const [nameX, nameY] = [MARGIN + (at % 4) * 300, TITLE + Math.floor(at / 4) * NAMES];
        context.beginPath();
        context.moveTo(nameX, nameY + 10);
        context.lineTo(nameX + 34, nameY + 10);
        for (const stroke of strokesOf(series, plot))
          for (const [place, [px, py]] of stroke.entries()) {
            if (place === 0) context.moveTo(px, py);
            else context.lineTo(px, py);
          }
        context.stroke();
        for (const [[px, py] = [0, 0], ...more] of strokesOf(series, plot))
          if (more.length === 0) context.fillRect(px - 3, py - 3, 6, 6);
        write(context, madeText(series.name), nameX + 42, nameY + 15, { width: 240 });
      }
      context.setLineDash([]);
    },
  };
}
