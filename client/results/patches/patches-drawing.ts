import { mapsEach, type ViewItem, type ViewPatches } from '../../../server/contract/view.ts';
import { formatScore } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import { colorOf } from '../color-scale.ts';
import {
  type Context,
  type Drawing,
  GAP,
  MARGIN,
  MAX_HEIGHT,
  type Pictures,
  QUIET,
  TITLE,
  WIDTH,
  write,
} from '../drawing.ts';
import { frameOf } from './frame.ts';
import { mapOf, scaleOfQuery } from './maps.ts';

/** Opacity of the patches over their picture. */
const OPACITY = 0.65;
const HEAD = 34;
const CAPTION = 24;
const SCALE = 256;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function drawPicture(context: Context, view: ViewPatches, picture: ImageBitmap | undefined, place: Place) {
  const { x, y, width, height } = place;
  context.fillStyle = '#000000';
  context.fillRect(x, y, width, height);
  if (!picture) return;
  const frame = frameOf(view.steps, picture);
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  const [wide, high] = [width / frame.width, height / frame.height];
  context.drawImage(picture, x - frame.left * wide, y - frame.top * high, wide, high);
  context.restore();
}

function drawPatches(context: Context, view: ViewPatches, picture: number, query: number, place: Place) {
  const { rows, columns } = view;
  const cells = new OffscreenCanvas(columns, rows);
  cells.getContext('2d')?.putImageData(new ImageData(mapOf(view, picture, query).rgba, columns, rows), 0, 0);
  context.globalAlpha = OPACITY;
  context.imageSmoothingEnabled = false;
  context.drawImage(cells, place.x, place.y, place.width, place.height);
  context.imageSmoothingEnabled = true;
  context.globalAlpha = 1;
}

function drawPicked(context: Context, view: ViewPatches, picture: number, { x, y, width, height }: Place) {
  if (view.shows !== 'heat' || view.picked?.picture !== picture + 1) return;
  const [across, down] = [width / view.columns, height / view.rows];
  const box = [
    x + (view.picked.column - 1) * across,
    y + (view.picked.row - 1) * down,
    across,
    down,
  ] as const;
  for (const [line, color] of [
    [5, '#000000'],
    [2, '#ffffff'],
  ] as const) {
    context.lineWidth = line;
    context.strokeStyle = color;
    context.strokeRect(...box);
  }
}

/** The heading of a section of the drawing. */
function headOf(view: ViewPatches, query: number): string {
  if (view.shows === 'colors') return t('results.alikeColors');
  const { picked, items, queries } = view;
  const item = picked && items[picked.picture - 1];
  if (picked && item)
    return t('results.pickedPatch', { row: picked.row, column: picked.column, title: item.title });
  return queries[query]?.title ?? '';
}

function drawScale(context: Context, view: ViewPatches, query: number, y: number) {
  if (view.shows !== 'heat') return;
  const scale = scaleOfQuery(view, query);
  const left = WIDTH - MARGIN - SCALE - 48;
  for (let at = 0; at < SCALE; at++) {
    context.fillStyle = colorOf(scale, scale.min + ((scale.max - scale.min) * at) / (SCALE - 1));
    context.fillRect(left + at, y + 8, 1.5, 12);
  }
  write(context, formatScore(scale.min), left - 8, y + 19, { align: 'right' });
  write(context, formatScore(scale.max), left + SCALE + 8, y + 19);
}

/** Pictures with their patches on top, one query below the other. As many pictures as fit. */
export function patchesDrawing(view: ViewPatches): Drawing {
  const { items, rows, columns } = view;
  const each = mapsEach(view);
  const across = items.length < 10 ? Math.max(2, Math.min(4, items.length)) : 6;
  const width = (WIDTH - 2 * MARGIN - (across - 1) * GAP) / across;
  const height = (width * rows) / Math.max(1, columns);
  const line = height + CAPTION;
  const room = (MAX_HEIGHT - TITLE - MARGIN) / Math.max(1, each) - HEAD;
  const shown: readonly ViewItem[] = items.slice(0, across * Math.max(1, Math.floor(room / line)));
  const section = HEAD + Math.ceil(shown.length / across) * line;
  return {
    height: Math.min(MAX_HEIGHT, each * section),
    items: shown,
    part: { shown: shown.length, total: items.length },
    draw(context, pictures: Pictures) {
      for (let query = 0; query < each; query++) {
        const top = TITLE + query * section;
        write(context, headOf(view, query), MARGIN, top + 19, {
          width: WIDTH - 2 * MARGIN - SCALE - 120,
          weight: 600,
        });
        drawScale(context, view, query, top);
        for (const [at, item] of shown.entries()) {
          const x = MARGIN + (at % across) * (width + GAP);
          const place = { x, y: top + HEAD + Math.floor(at / across) * line, width, height };
          drawPicture(context, view, pictures.get(item), place);
          drawPatches(context, view, at, query, place);
          drawPicked(context, view, at, place);
          write(context, item.title, x, place.y + height + 16, { size: 12, color: QUIET, width });
        }
      }
    },
  };
}
