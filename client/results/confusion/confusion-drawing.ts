import type { ViewOf } from '../../../server/contract/view.ts';
import { formatCount, formatShare } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import { type Drawing, LINE, MARGIN, QUIET, TITLE, WIDTH, write } from '../drawing.ts';
import { columnsFor, matrixOf, shownCategories } from './matrix.ts';

/** More categories would have cells too small for a number. */
const MOST = 48;
const NAMES = 200;
const ABOVE = 140;
const LARGEST = 44;
/** The strongest colour of right and of wrong cells, on white: red, green, blue. */
const RIGHT = [59, 91, 219] as const;
const WRONG = [200, 30, 58] as const;

const shade = (color: readonly number[], share: number) => `rgb(${color.join(' ')} / ${0.08 + 0.5 * share})`;

/** A confusion as a drawing for export. Of many categories it draws the ones with the most wrong predictions. */
export function confusionDrawing(view: ViewOf<'confusion'>): Drawing {
  const matrix = matrixOf(view);
  const rows = shownCategories(view, matrix, 'category', Math.min(MOST, view.categories.length));
  const columns = columnsFor(rows, view, matrix);
  const edge = Math.min(LARGEST, (WIDTH - 2 * MARGIN - NAMES) / Math.max(1, columns.length));
  const [left, top] = [MARGIN + NAMES, TITLE + ABOVE];
  const size = Math.max(8, Math.min(13, edge * 0.38));
  const nameOf = (at: number) => view.categories[at] ?? t('results.noPrediction');
  return {
    height: ABOVE + rows.length * edge + 30,
    items: [],
    // Not the first categories but the most confused ones: the words below say so.
    part: { shown: rows.length, total: rows.length },
    draw(context) {
      for (const [place, at] of columns.entries()) {
        context.save();
        context.translate(left + (place + 0.5) * edge + size / 3, top - 8);
        context.rotate(-Math.PI / 2);
        write(context, nameOf(at), 0, 0, { size, width: ABOVE - 16 });
        context.restore();
      }
      for (const [place, truth] of rows.entries()) {
        const y = top + place * edge;
        write(context, nameOf(truth), left - 8, y + edge / 2 + size / 3, {
          size,
          width: NAMES - 16,
          align: 'right',
        });
        for (const [column, predicted] of columns.entries()) {
          const x = left + column * edge;
          const count = matrix.count(truth, predicted);
          context.strokeStyle = LINE;
          context.lineWidth = 1;
          context.strokeRect(x + 0.5, y + 0.5, edge, edge);
          if (count === 0) continue;
          context.fillStyle = shade(truth === predicted ? RIGHT : WRONG, matrix.share(truth, predicted));
          context.fillRect(x + 1, y + 1, edge - 1, edge - 1);
          write(context, formatCount(count), x + edge / 2, y + edge / 2 + size / 3, {
            size,
            align: 'center',
          });
        }
      }
      const words = [
        t('results.confusionAxes'),
        ...(rows.length < view.categories.length
          ? [t('results.mostConfused', { shown: rows.length, total: formatCount(view.categories.length) })]
          : []),
        ...(matrix.all > 0
          ? [t('results.rightShare', { share: formatShare(matrix.right / matrix.all) })]
          : []),
      ];
      write(context, words.join('  ·  '), MARGIN, top + rows.length * edge + 24, {
        color: QUIET,
        width: WIDTH - 2 * MARGIN,
      });
    },
  };
}
