import type { ViewItem, ViewOf, ViewRanking } from '../../server/contract/view.ts';
import { sharpThumbnailUrl } from '../ui/api/files.ts';
import { formatBar, formatCount, formatNumber, formatScore } from '../ui/format.ts';
import { madeText, t } from '../ui/strings/index.ts';
import { fullBar, sortedBars } from './bars-view.tsx';
import { colorOf, paintCells, scaleOf } from './color-scale.ts';
import {
  type Context,
  type Drawing,
  drawItem,
  GAP,
  LINE,
  MARGIN,
  MAX_HEIGHT,
  type Pictures,
  QUIET,
  TITLE,
  WIDTH,
  write,
} from './drawing.ts';
import { categoryOf } from './label-text.ts';
import { putWorkflow } from './png-text.ts';

const ACCENT = '#3b5bdb';
/** Room beside the title for the words that say how much of the result is drawn, in pixels. */
const PART_WIDTH = 300;
/** How many pictures load at the same time. */
const AT_ONCE = 8;

export function galleryDrawing({ items, total }: ViewOf<'gallery'>): Drawing {
  const columns = items.length < 5 ? 4 : items.length < 25 ? 6 : 8;
  const edge = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns;
  const high = edge + 26;
  const shown = items.slice(0, columns * Math.floor((MAX_HEIGHT - TITLE - MARGIN) / high));
  return {
    height: Math.ceil(shown.length / columns) * high,
    items: shown,
    part: { shown: shown.length, total },
    draw(context, pictures) {
      for (const [at, item] of shown.entries()) {
        const [x, y] = [MARGIN + (at % columns) * (edge + GAP), TITLE + Math.floor(at / columns) * high];
        drawItem(context, item, pictures, x, y, edge);
        write(
          context,
          item.label === undefined ? item.title : categoryOf(item, item.label),
          x,
          y + edge + 16,
          { size: 12, color: QUIET, width: edge },
        );
      }
    },
  };
}

export function matchesDrawing({ matches, total }: ViewOf<'matches'>): Drawing {
  const columns = 8;
  const edge = (WIDTH - 2 * MARGIN - GAP * 3 - (columns - 1) * GAP) / (columns + 1);
  const line = edge + 30;
  const highOf = ({ results }: ViewRanking) => Math.max(1, Math.ceil(results.length / columns)) * line + GAP;
  let room = MAX_HEIGHT - TITLE - MARGIN;
  const shown = matches.filter((ranking) => {
    room -= highOf(ranking);
    return room >= 0;
  });
  return {
    height: shown.reduce((sum, ranking) => sum + highOf(ranking), 0),
    items: shown.flatMap(({ query, results }) => [query, ...results.map(({ item }) => item)]),
    part: { shown: shown.reduce((sum, { results }) => sum + results.length, 0), total },
    draw(context, pictures) {
      let top = TITLE;
      for (const ranking of shown) {
        const { query, results } = ranking;
        drawItem(context, query, pictures, MARGIN, top, edge);
        write(context, query.title, MARGIN, top + edge + 16, { size: 12, width: edge, weight: 600 });
        for (const [place, { item, score }] of results.entries()) {
          const x = MARGIN + edge + GAP * 3 + (place % columns) * (edge + GAP);
          const y = top + Math.floor(place / columns) * line;
          drawItem(context, item, pictures, x, y, edge);
          context.fillStyle = LINE;
          context.fillRect(x, y + edge + 9, edge - 40, 5);
          context.fillStyle = ACCENT;
          context.fillRect(x, y + edge + 9, (edge - 40) * Math.max(0, Math.min(1, score || 0)), 5);
          write(context, formatScore(score), x + edge, y + edge + 16, { size: 12, align: 'right' });
        }
        top += highOf(ranking);
      }
    },
  };
}

export function barsDrawing({ groups, metric, total }: ViewOf<'bars'>): Drawing {
  const edge = 96;
  const highs = groups.map(({ bars, item }) => Math.max(item ? edge : 0, bars.length * 26) + GAP * 2);
  let room = MAX_HEIGHT - TITLE - MARGIN;
  const shown = groups.filter((_, at) => {
    room -= highs[at] as number;
    return room >= 0;
  });
  const full = fullBar(groups, metric);
  return {
    height: shown.reduce((sum, _, at) => sum + (highs[at] as number), 0),
    items: shown.flatMap(({ item }) => (item ? [item] : [])),
    part: { shown: shown.length, total },
    draw(context, pictures) {
      let y = TITLE;
      for (const [at, group] of shown.entries()) {
        if (group.item) drawItem(context, group.item, pictures, MARGIN, y, edge);
        const x = MARGIN + (group.item ? edge + GAP * 2 : 0);
        for (const [place, { label, value }] of sortedBars(group, metric).entries()) {
          const top = y + place * 26;
          const wide = WIDTH - MARGIN - x - 400;
          write(context, label, x, top + 17, { width: 300 });
          context.fillStyle = LINE;
          context.fillRect(x + 312, top + 6, wide, 12);
          context.fillStyle = metric !== undefined && place === 0 ? ACCENT : '#868e96';
          context.fillRect(x + 312, top + 6, wide * Math.min(1, Math.abs(value || 0) / full), 12);
          write(context, formatBar(value, metric), WIDTH - MARGIN, top + 17, { align: 'right' });
        }
        y += highs[at] as number;
      }
    },
  };
}

export function heatmapDrawing({ rows, columns, values, total }: ViewOf<'heatmap'>): Drawing {
  const names = 220;
  const named = rows.length <= 64;
  const left = MARGIN + (named ? names : 0);
  const cell = (WIDTH - MARGIN - left) / columns.length;
  const height = Math.min(cell * rows.length, MAX_HEIGHT - TITLE - MARGIN - 60);
  const scale = scaleOf(values);
  return {
    height: height + 60,
    items: [],
    part: { shown: rows.length, total },
    draw(context) {
      const cells = new OffscreenCanvas(columns.length, rows.length);
      const painted = new ImageData(columns.length, rows.length);
      paintCells(values, scale, painted.data);
      cells.getContext('2d')?.putImageData(painted, 0, 0);
      context.imageSmoothingEnabled = false;
      context.drawImage(cells, left, TITLE, WIDTH - MARGIN - left, height);
      context.imageSmoothingEnabled = true;
      const step = height / rows.length;
      if (named)
        for (const [row, { title }] of rows.entries())
          write(context, title, left - 8, TITLE + (row + 0.5) * step + 4, {
            size: Math.min(13, Math.max(8, step - 1)),
            width: names - 8,
            align: 'right',
          });
      for (let at = 0; at < 256; at++) {
        context.fillStyle = colorOf(scale, scale.min + ((scale.max - scale.min) * at) / 255);
        context.fillRect(left + 60 + at, TITLE + height + 20, 1.5, 12);
      }
      write(context, formatScore(scale.min), left + 52, TITLE + height + 31, { align: 'right' });
      write(context, formatScore(scale.max), left + 324, TITLE + height + 31);
    },
  };
}

export function tableDrawing({ columns, rows, total, totalColumns }: ViewOf<'table'>): Drawing {
  const shown = rows.slice(0, 500);
  const wide = (WIDTH - 2 * MARGIN) / Math.max(1, columns.length);
  return {
    height: (shown.length + 1) * 26,
    items: [],
    part:
      shown.length < total ? { shown: shown.length, total } : { shown: columns.length, total: totalColumns },
    draw(context) {
      for (const [column, { title, type }] of columns.entries()) {
        const numeric = type === 'number';
        const x = MARGIN + column * wide + (numeric ? wide - 12 : 0);
        const style = { width: wide - 12, align: (numeric ? 'right' : 'left') as CanvasTextAlign };
        write(context, madeText(title), x, TITLE + 17, { ...style, weight: 600 });
        for (const [row, cells] of shown.entries()) {
          const cell = cells[column] ?? null;
          const text = typeof cell === 'number' ? formatNumber(cell) : String(cell ?? '–');
          write(context, text, x, TITLE + (row + 1) * 26 + 17, style);
        }
      }
    },
  };
}

async function load(items: readonly ViewItem[]): Promise<Pictures> {
  const wanted = [...new Set(items)].flatMap((item) =>
    item.picture ? [{ item, source: item.picture }] : [],
  );
  const pictures = new Map<ViewItem, ImageBitmap>();
  let next = 0;
  const worker = async () => {
    for (let one = wanted[next++]; one !== undefined; one = wanted[next++]) {
      const response = await fetch(sharpThumbnailUrl(one.source, 256));
      // A picture that cannot be loaded is drawn as missing. The rest is still useful.
      if (response.ok) pictures.set(one.item, await createImageBitmap(await response.blob()));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return pictures;
}

/** Draws a title and a drawing as a PNG that contains the workflow's JSON. */
export async function drawPng(drawing: Drawing, title: string, workflowJson: string): Promise<Blob> {
  const pictures = await load(drawing.items);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = Math.ceil(TITLE + drawing.height + MARGIN);
  const context = canvas.getContext('2d') as Context;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const { shown, total } = drawing.part;
  const isCut = shown < total;
  write(context, title, MARGIN, 36, {
    size: 20,
    weight: 600,
    width: WIDTH - 2 * MARGIN - (isCut ? PART_WIDTH : 0),
  });
  if (isCut) {
    const text = t('results.firstOf', { shown: formatCount(shown), total: formatCount(total) });
    write(context, text, WIDTH - MARGIN, 36, { color: QUIET, align: 'right', width: PART_WIDTH });
  }
  drawing.draw(context, pictures);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('The browser could not make the picture.');
  const bytes = putWorkflow(new Uint8Array(await blob.arrayBuffer()), workflowJson);
  return new Blob([bytes], { type: 'image/png' });
}
