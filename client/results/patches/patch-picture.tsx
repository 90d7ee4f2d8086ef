import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { FrameStep, ViewItem } from '../../../server/contract/view.ts';
import { viewItemKey } from '../../../server/contract/view.ts';
import { pictureUrl, sharpThumbnailUrl } from '../../ui/api/files.ts';
import { labelled } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import { cellAt, cellBy, type MatrixCell } from '../matrix-cell.ts';
import { MiddleName } from '../middle-name.tsx';
import { menuPoint, openMenuOf, pick, pickBy } from '../pictures/act.ts';
import { useArea } from '../pictures/area.ts';
import { Picture } from '../pictures/picture.tsx';
import pictures from '../pictures/pictures.module.css';
import { useIsPicked } from '../pictures/selection.ts';
import common from '../results.module.css';
import { type Frame, frameOf, WHOLE } from './frame.ts';
import type { PatchMap } from './maps.ts';
import css from './patches-view.module.css';

interface PatchPictureProps {
  readonly item: ViewItem;
  /** The page of the lightbox that shows it. */
  readonly at: number;
  /** What tells it apart from the same picture of another query. */
  readonly stop: string;
  readonly map: PatchMap;
  readonly rows: number;
  readonly columns: number;
  readonly steps: readonly FrameStep[];
  readonly upright: boolean;
  /** Size of the picture to load, in CSS pixels. */
  readonly edge: number;
  readonly opacity: number;
  /** The patch that all others are compared with, if it is in this picture. Counted from 0. */
  readonly picked?: MatrixCell;
  /** The patch from which the arrow keys start. */
  readonly start: MatrixCell;
  /** Undefined if no patch can be picked. */
  readonly onPick?: (cell: MatrixCell, by: 'pointer' | 'keys') => void;
}

const partOf = ({ left, top, width, height }: Frame): CSSProperties => ({
  left: `${(-left / width) * 100}%`,
  top: `${(-top / height) * 100}%`,
  width: `${100 / width}%`,
  height: `${100 / height}%`,
});

/** The part of a picture that the model saw. */
function Seen({
  item,
  steps,
  upright,
  edge,
}: Pick<PatchPictureProps, 'item' | 'steps' | 'upright' | 'edge'>) {
  const [frame, setFrame] = useState<Frame>(WHOLE);
  const { picture } = item;
  if (!picture) return null;
  return (
    <img
      className={css.seen}
      style={{ ...partOf(frame), imageOrientation: upright ? 'from-image' : 'none' }}
      // The server already turns thumbnails upright.
      src={upright ? sharpThumbnailUrl(picture, edge) : pictureUrl(picture)}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
        setFrame(frameOf(steps, { width, height }))
      }
    />
  );
}

function Mark({
  cell,
  rows,
  columns,
  kind,
}: {
  cell: MatrixCell;
  rows: number;
  columns: number;
  kind: 'picked' | 'pointed';
}) {
  const place = {
    left: `${(cell.column / columns) * 100}%`,
    top: `${(cell.row / rows) * 100}%`,
    width: `${100 / columns}%`,
    height: `${100 / rows}%`,
  };
  return <span className={css.mark} data-kind={kind} style={place} />;
}

/**
 * A picture with its patches on top. Pointing or arrow keys show a patch; a click picks it. Its name below is the picture as in
 * other views: a click selects it, Enter opens it.
 */
export function PatchPicture(props: PatchPictureProps) {
  const { item, map, rows, columns, opacity, picked, start, onPick } = props;
  const area = useArea();
  const isPicked = useIsPicked(area.tab, viewItemKey(item));
  const tile = { item, at: props.at };
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<MatrixCell | null>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(map.rgba, columns, rows), 0, 0);
  }, [map, columns, rows]);

  const cellUnder = (
    event: PointerEvent<HTMLElement> | { currentTarget: HTMLElement; clientX: number; clientY: number },
  ) => {
    const box = event.currentTarget.getBoundingClientRect();
    return cellAt(
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
      rows,
      columns,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = cellBy(event, (onPick ? picked : pointed) ?? start, rows, columns);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    setPointed(next);
    onPick?.(next, 'keys');
  };
  const words = useMemo(() => {
    if (!pointed) return undefined;
    const { row, column } = pointed;
    const value = map.tell(row * columns + column);
    return t('results.patchValue', { row: row + 1, column: column + 1, value });
  }, [pointed, map, columns]);
  const help = t(onPick ? 'results.patchPickHelp' : 'results.patchHelp', {
    title: item.title,
    rows,
    columns,
  });
  return (
    <figure className={`${css.figure} ${pictures.figure}`} data-picked={isPicked || undefined}>
      <div
        className={`${css.map} nodrag`}
        style={{ aspectRatio: `${columns} / ${rows}` }}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: patches are reached by arrow keys.
        tabIndex={0}
        aria-label={help}
        data-pickable={onPick !== undefined || undefined}
        onPointerMove={(event) => setPointed(cellUnder(event) ?? null)}
        onPointerLeave={() => setPointed(null)}
        onBlur={() => setPointed(null)}
        onClick={(event) => {
          const by = pickBy(event);
          const cell = cellUnder(event);
          if (by !== 'only' || !onPick) pick(area, tile, by);
          else if (cell) onPick(cell, 'pointer');
        }}
        onDoubleClick={(event) => {
          event.stopPropagation();
          if (!onPick) area.open(props.at);
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          event.stopPropagation();
          openMenuOf(area, tile, menuPoint(event));
        }}
        onKeyDown={onKeyDown}
      >
        <Seen {...props} />
        <canvas
          ref={canvas}
          className={css.cells}
          style={{ opacity }}
          width={columns}
          height={rows}
          aria-hidden
        />
        {picked && <Mark cell={picked} rows={rows} columns={columns} kind="picked" />}
        {pointed && <Mark cell={pointed} rows={rows} columns={columns} kind="pointed" />}
      </div>
      <figcaption className={css.caption}>
        <Picture
          item={item}
          at={props.at}
          stop={props.stop}
          className={css.name}
          label={words ? labelled(item.title, words) : item.title}
        >
          {words ?? <MiddleName text={item.title} />}
        </Picture>
      </figcaption>
      <p className={common.unseen} aria-live="polite">
        {words}
      </p>
    </figure>
  );
}
