import { useElementSize } from '@mantine/hooks';
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react';
import type { ViewMap } from '../../../server/contract/view.ts';
import { t } from '../../ui/strings/index.ts';
import { menuPoint, openMenuOf, pick, pickBy } from '../pictures/act.ts';
import { type Tile, useArea } from '../pictures/area.ts';
import { useLongPress } from '../pictures/long-press.ts';
import { added, only, select, selectionOf } from '../pictures/selection.ts';
import {
  boundsOf,
  type Camera,
  type Cloud,
  fitted,
  inRect,
  insideOf,
  nearest,
  pixelOf,
  placeAt,
  seenBy,
  zoomed,
} from './cloud.ts';
import { packed } from './coloring.ts';
import css from './map-view.module.css';
import { LEVEL, paintMap, spreadOut } from './paint.ts';
import { thumbOf } from './thumbs.ts';

/** What a drag with the mouse does. */
export type Tool = 'move' | 'box' | 'lasso';

/** What buttons beside the map do to it. */
export interface MapHandle {
  zoom(factor: number): void;
  /** Brings everything into view, or only some items. */
  fit(items?: readonly number[]): void;
}

/** Up to so many points in sight, pictures show by themselves. */
const PICTURES_UP_TO = 1500;
/** The most pictures to draw at once. */
const MOST_PICTURES = 400;
/** The side of a picture on the map, and the gap around it, in CSS pixels. */
const EDGE = { node: 30, large: 52 } as const;
const GAP = 3;
const MARGIN = { node: 20, large: 44 } as const;
/** How far from a point the pointer may be to mean it, in CSS pixels. */
const REACH = 14;
/** How far the pointer moves before it is a drag, in CSS pixels. */
const SLACK = 5;
/** How often the map can be enlarged, from all in sight. */
const NEAREST = 20_000;
const FARTHEST = 0.5;

/** While an element has this, Escape neither closes the window around it nor clears the selection. */
const OWN_ESCAPE = 'data-mantine-stop-propagation';

/** Pointers on the map. */
interface Gesture {
  readonly pointers: Map<number, { x: number; y: number }>;
  /** Where the drag began, and what it does. */
  from?: {
    readonly x: number;
    readonly y: number;
    readonly tool: Tool;
    readonly keeps: boolean;
    moved: boolean;
  };
  /** The line of a lasso or the corners of a box, in CSS pixels: x, y, x, y, ... */
  line: number[];
}

/** What the canvas draws. It is read at each frame, so that a change draws once however many there are. */
interface Scene {
  readonly view: ViewMap;
  readonly cloud: Cloud;
  readonly colors: Uint32Array;
  readonly levels: Uint8Array | undefined;
  /** The items that were looked for; undefined if none were. A box or a lasso selects no others. */
  readonly lit: ReadonlySet<number> | undefined;
  readonly pictures: boolean;
  readonly size: 'node' | 'large';
}

const colorVar = (element: Element, name: string): string =>
  getComputedStyle(element).getPropertyValue(name).trim();

/**
 * The canvas of a map: points, pictures, and what the pointer and the keys do. It draws itself when something changes, and no
 * component renders while the map moves.
 */
export function MapPlot({
  view,
  cloud,
  colors,
  levels,
  lit,
  pictures,
  size,
  tool,
  theme,
  handle,
  name,
  onHover,
  onSeen,
}: Scene & {
  readonly tool: Tool;
  /** Changes with the theme. */
  readonly theme: string;
  readonly handle: RefObject<MapHandle | null>;
  readonly name: string;
  /** The item under the pointer, and its place in the window. */
  readonly onHover: (at: number | null, x: number, y: number) => void;
  /** Which items are in sight, a moment after the map has come to rest. */
  readonly onSeen: (seen: readonly number[]) => void;
}) {
  const area = useArea();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref: measure, width, height } = useElementSize<HTMLDivElement>();
  const scene = useRef<Scene>({ view, cloud, colors, levels, lit, pictures, size });
  const camera = useRef<Camera | null>(null);
  /** Whether the map still shows everything, and follows the size of its place. */
  const isFitted = useRef(true);
  const gesture = useRef<Gesture>({ pointers: new Map(), line: [] });
  const wasTouch = useRef(false);
  const frame = useRef(0);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** The pictures that are drawn, with their rectangles in CSS pixels, the uppermost last. */
  const drawn = useRef<{ at: number; left: number; top: number; right: number; bottom: number }[]>([]);
  const latest = useRef({ onHover, onSeen, tool });
  latest.current = { onHover, onSeen, tool };

  const roomOf = () => ({
    width: canvas.current?.clientWidth ?? 0,
    height: canvas.current?.clientHeight ?? 0,
  });

  const draw = () => {
    frame.current = 0;
    const element = canvas.current;
    const context = element?.getContext('2d');
    const room = roomOf();
    if (!element || !context || room.width === 0 || room.height === 0) return;
    const now = scene.current;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [wide, high] = [Math.round(room.width * ratio), Math.round(room.height * ratio)];
    if (element.width !== wide || element.height !== high) {
      element.width = wide;
      element.height = high;
    }
    if (!camera.current || isFitted.current) camera.current = fitted(now.cloud, room, MARGIN[now.size]);
    const own = camera.current;
    // Styles are read once a frame, not for each picture.
    const accent = colorVar(element, '--pb-accent');
    const [ink, background] = [colorVar(element, '--pb-text'), colorVar(element, '--pb-surface')];
    const image = context.createImageData(wide, high);
    const { seen } = paintMap(
      { data: new Uint32Array(image.data.buffer), width: wide, height: high },
      now.cloud,
      { ...own, scale: own.scale * ratio },
      {
        colors: now.colors,
        ...(now.levels && { levels: now.levels }),
        background: packed(background),
        ink: packed(ink),
        accent: packed(accent),
        ratio,
      },
    );
    context.putImageData(image, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawn.current = [];
    if (now.pictures && seen <= PICTURES_UP_TO)
      drawPictures(context, now, own, room, { ink, accent, background });
    drawLine(context, accent);
    context.setTransform(1, 0, 0, 1, 0, 0);
  };

  const redraw = () => {
    if (frame.current === 0) frame.current = requestAnimationFrame(draw);
  };

  function drawPictures(
    context: CanvasRenderingContext2D,
    now: Scene,
    own: Camera,
    room: { readonly width: number; readonly height: number },
    {
      ink,
      accent,
      background,
    }: { readonly ink: string; readonly accent: string; readonly background: string },
  ) {
    const edge = EDGE[now.size];
    const shown = spreadOut(now.cloud, own, room, edge + GAP, MOST_PICTURES, now.levels);
    for (const at of shown) {
      const item = now.view.items[at];
      const image = item && thumbOf(item, edge, redraw);
      if (!image) continue;
      const { px, py } = pixelOf(own, room, now.cloud.x[at] as number, now.cloud.y[at] as number);
      const scale = edge / Math.max(image.naturalWidth, image.naturalHeight);
      const [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
      const level = now.levels?.[at] ?? LEVEL.plain;
      const color = now.colors[at] as number;
      const frame = (style: string, line: number) => {
        context.fillStyle = style;
        context.fillRect(px - w / 2 - line, py - h / 2 - line, w + 2 * line, h + 2 * line);
      };
      if (level >= LEVEL.given) {
        frame(level === LEVEL.strong ? ink : accent, 6);
        frame(background, 3.5);
      }
      frame(`rgb(${color & 255} ${(color >> 8) & 255} ${(color >> 16) & 255})`, 2);
      context.drawImage(image, px - w / 2, py - h / 2, w, h);
      drawn.current.push({ at, left: px - w / 2, top: py - h / 2, right: px + w / 2, bottom: py + h / 2 });
    }
  }

  function drawLine(context: CanvasRenderingContext2D, accent: string) {
    const { line, from } = gesture.current;
    if (!from?.moved || from.tool === 'move' || line.length < 4) return;
    context.beginPath();
    if (from.tool === 'box') {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = line;
      context.rect(x1, y1, x2 - x1, y2 - y1);
    } else {
      for (let at = 0; at < line.length; at += 2) context.lineTo(line[at] as number, line[at + 1] as number);
      context.closePath();
    }
    context.fillStyle = `color-mix(in srgb, ${accent} 16%, transparent)`;
    context.strokeStyle = accent;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
  }

  const settle = () => {
    clearTimeout(rest.current);
    rest.current = setTimeout(() => {
      const own = camera.current;
      if (own) latest.current.onSeen(inRect(scene.current.cloud, seenBy(own, roomOf())));
    }, 150);
  };
  const look = (next: Camera) => {
    const room = roomOf();
    const all = fitted(scene.current.cloud, room, MARGIN[scene.current.size]).scale;
    const scale = Math.max(all * FARTHEST, Math.min(all * NEAREST, next.scale));
    camera.current = scale === next.scale ? next : { ...next, scale };
    isFitted.current = false;
    redraw();
    settle();
  };
  const zoomBy = (factor: number, px: number, py: number) => {
    const own = camera.current;
    if (!own) return;
    const all = fitted(scene.current.cloud, roomOf(), MARGIN[scene.current.size]).scale;
    const scale = Math.max(all * FARTHEST, Math.min(all * NEAREST, own.scale * factor));
    look(zoomed(own, roomOf(), scale / own.scale, px, py));
  };
  const fit = (items?: readonly number[]) => {
    const some = items && boundsOf(scene.current.cloud, items);
    const own = camera.current;
    if (some && own) {
      const next = fitted(some, roomOf(), MARGIN[scene.current.size]);
      const isSpot = some.left === some.right && some.bottom === some.top;
      look(isSpot ? { ...next, scale: own.scale } : next);
      return;
    }
    isFitted.current = true;
    redraw();
    settle();
  };
  const moveBy = (dx: number, dy: number) => {
    const own = camera.current;
    if (own) look({ ...own, x: own.x - dx / own.scale, y: own.y + dy / own.scale });
  };
  useImperativeHandle(handle, () => ({
    zoom: (factor) => zoomBy(factor, roomOf().width / 2, roomOf().height / 2),
    fit,
  }));

  // Another result starts with everything in sight; another colour does not.
  if (scene.current.cloud !== cloud) isFitted.current = true;
  scene.current = { view, cloud, colors, levels, lit, pictures, size };
  useEffect(redraw, [view, cloud, colors, levels, pictures, width, height, theme]);
  useEffect(settle, [cloud, width, height]);
  useEffect(
    () => () => {
      cancelAnimationFrame(frame.current);
      clearTimeout(rest.current);
    },
    [],
  );
  useEffect(() => {
    const element = canvas.current;
    // In a node the wheel belongs to the canvas of the workflow.
    if (!element || size === 'node') return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      event.stopPropagation();
      const lines = event.deltaMode === 1 ? 16 : 1;
      const box = element.getBoundingClientRect();
      // A pinch on a touch pad sends a wheel with the Control key and small steps.
      const speed = event.ctrlKey ? 0.01 : 0.0018;
      zoomBy(Math.exp(-event.deltaY * lines * speed), event.clientX - box.left, event.clientY - box.top);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  });

  const tileAt = (at: number): Tile | undefined => {
    const item = scene.current.view.items[at];
    return item && { item, at };
  };
  /** The item at a point of the window: a picture that is drawn there, otherwise the nearest point. */
  const hit = (clientX: number, clientY: number): number | undefined => {
    const seen = camera.current;
    if (!seen) return undefined;
    const { x, y } = local({ clientX, clientY });
    const own = drawn.current.findLast(
      ({ left, top, right, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
    );
    if (own) return own.at;
    const place = placeAt(seen, roomOf(), x, y);
    return nearest(scene.current.cloud, place.x, place.y, REACH / seen.scale);
  };
  /** A point of the window in CSS pixels of the map. On the canvas of a workflow, both can differ in size. */
  const local = (event: { readonly clientX: number; readonly clientY: number }) => {
    const element = canvas.current;
    const box = element?.getBoundingClientRect();
    const zoom = box ? box.width / Math.max(1, element?.clientWidth ?? 1) : 1;
    return { x: (event.clientX - (box?.left ?? 0)) / zoom, y: (event.clientY - (box?.top ?? 0)) / zoom };
  };
  const chosen = (): Tile[] => {
    const { from, line } = gesture.current;
    const own = camera.current;
    if (!from || !own) return [];
    const room = roomOf();
    const places: number[] = [];
    for (let at = 0; at < line.length; at += 2) {
      const place = placeAt(own, room, line[at] as number, line[at + 1] as number);
      places.push(place.x, place.y);
    }
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = places;
    const found =
      from.tool === 'box'
        ? inRect(scene.current.cloud, {
            left: Math.min(x1, x2),
            right: Math.max(x1, x2),
            bottom: Math.min(y1, y2),
            top: Math.max(y1, y2),
          })
        : insideOf(scene.current.cloud, places);
    const { lit: only } = scene.current;
    return found.flatMap((at) => (only && !only.has(at) ? [] : (tileAt(at) ?? [])));
  };

  /** Ends a drag without a selection. */
  const dropGesture = () => {
    gesture.current = { pointers: new Map(), line: [] };
    canvas.current?.parentElement?.removeAttribute(OWN_ESCAPE);
    redraw();
  };
  const press = useLongPress((_, point) => {
    const at = hit(point.x, point.y);
    const tile = at === undefined ? undefined : tileAt(at);
    if (!tile || gesture.current.pointers.size > 1) return;
    dropGesture();
    area.isClickSpent = true;
    openMenuOf(area, tile, point, true);
  });
  const onPointerDown = (event: React.PointerEvent<HTMLDivElement>) => {
    const isTouch = event.pointerType === 'touch';
    area.isClickSpent = false;
    wasTouch.current = isTouch;
    press.onPointerDown(event);
    if (event.button !== 0 || (isTouch && size === 'node')) return;
    const { pointers } = gesture.current;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const { x, y } = local(event);
    const asked = latest.current.tool;
    const own: Tool = event.shiftKey && asked === 'move' ? 'lasso' : asked;
    // Where Shift chooses the lasso, it does not also add.
    const keeps = event.ctrlKey || event.metaKey || (event.shiftKey && own === asked);
    gesture.current.from = { x, y, tool: pointers.size > 1 ? 'move' : own, keeps, moved: pointers.size > 1 };
    gesture.current.line = [x, y];
    latest.current.onHover(null, 0, 0);
  };
  const onPointerMove = (event: React.PointerEvent<HTMLDivElement>) => {
    press.onPointerMove(event);
    // The button was released outside of the window or of the map, before the drag began.
    if (event.buttons === 0 && gesture.current.pointers.size > 0) dropGesture();
    const { pointers, from, line } = gesture.current;
    const before = pointers.get(event.pointerId);
    if (!before || !from) {
      if (event.pointerType === 'touch') return;
      const at = hit(event.clientX, event.clientY);
      latest.current.onHover(at ?? null, event.clientX, event.clientY);
      event.currentTarget.style.cursor = at === undefined ? '' : 'pointer';
      return;
    }
    const { x, y } = local(event);
    if (!from.moved && Math.hypot(x - from.x, y - from.y) < SLACK) return;
    if (!from.moved) {
      event.currentTarget.setPointerCapture(event.pointerId);
      if (from.tool !== 'move') event.currentTarget.setAttribute(OWN_ESCAPE, 'true');
    }
    from.moved = true;
    if (pointers.size > 1) {
      const others = [...pointers].filter(([id]) => id !== event.pointerId);
      const other = others[0]?.[1];
      if (other) {
        const wide = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
        const middle = local({
          clientX: (event.clientX + other.x) / 2,
          clientY: (event.clientY + other.y) / 2,
        });
        moveBy((event.clientX - before.x) / 2, (event.clientY - before.y) / 2);
        const factor = wide({ x: event.clientX, y: event.clientY }) / Math.max(1, wide(before));
        zoomBy(factor, middle.x, middle.y);
      }
    } else if (from.tool === 'move') moveBy(event.clientX - before.x, event.clientY - before.y);
    else if (from.tool === 'box') gesture.current.line = [from.x, from.y, x, y];
    else line.push(x, y);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    redraw();
  };
  const onPointerUp = (event: React.PointerEvent<HTMLDivElement>) => {
    press.onPointerUp();
    const { pointers, from } = gesture.current;
    const isOwn = pointers.delete(event.pointerId);
    // The click comes right after it.
    if (event.pointerType !== 'touch' || isOwn)
      setTimeout(() => {
        area.isClickSpent = false;
      });
    if (!isOwn || pointers.size > 0 || !from) return;
    if (from.moved) {
      area.isClickSpent = true;
      if (from.tool !== 'move' && event.type === 'pointerup') {
        const tiles = chosen();
        const base = from.keeps ? selectionOf(area.tab).picked : only([]);
        select(area, added(base, tiles), tiles[0]?.at ?? null);
      }
    }
    dropGesture();
  };
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    if (area.isClickSpent) return;
    event.currentTarget.focus({ preventScroll: true });
    const at = hit(event.clientX, event.clientY);
    const tile = at === undefined ? undefined : tileAt(at);
    if (!tile) {
      if (pickBy(event) === 'only') select(area, only([]), null);
      return;
    }
    const { picked, isSelecting } = selectionOf(area.tab);
    const isTouch = (event.nativeEvent as globalThis.PointerEvent).pointerType === 'touch';
    if (isTouch && picked.size === 0 && !isSelecting) area.open(tile.at as number);
    else pick(area, tile, isTouch || pickBy(event) !== 'only' ? 'toggle' : 'only');
  };
  const onDoubleClick = (event: MouseEvent) => {
    const at = hit(event.clientX, event.clientY);
    if (at === undefined) return;
    event.stopPropagation();
    latest.current.onHover(null, 0, 0);
    area.open(at);
  };
  const onContextMenu = (event: MouseEvent<HTMLDivElement>) => {
    event.preventDefault();
    event.stopPropagation();
    press.onPointerUp();
    // Some browsers send it for a long press too.
    if (wasTouch.current && area.isClickSpent) return;
    const at = hit(event.clientX, event.clientY);
    const tile = at === undefined ? undefined : tileAt(at);
    latest.current.onHover(null, 0, 0);
    if (tile) openMenuOf(area, tile, menuPoint(event));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { from } = gesture.current;
    if (event.key === 'Escape' && from?.moved && from.tool !== 'move') {
      event.stopPropagation();
      // The button is still down, and the click after it selects nothing.
      area.isClickSpent = true;
      dropGesture();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || size === 'node') return;
    const step = event.shiftKey ? 200 : 60;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => moveBy(step, 0),
      ArrowRight: () => moveBy(-step, 0),
      ArrowUp: () => moveBy(0, step),
      ArrowDown: () => moveBy(0, -step),
      '+': () => zoomBy(1.4, roomOf().width / 2, roomOf().height / 2),
      '=': () => zoomBy(1.4, roomOf().width / 2, roomOf().height / 2),
      '-': () => zoomBy(1 / 1.4, roomOf().width / 2, roomOf().height / 2),
      '0': () => fit(),
      Home: () => fit(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div
      ref={measure}
      className={`${css.map} nodrag`}
      data-size={size}
      data-tool={tool}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by arrow keys.
      tabIndex={0}
      aria-label={t(size === 'node' ? 'results.mapHelpSmall' : 'results.mapHelpLarge', { name })}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onPointerLeave={() => {
        press.onPointerLeave();
        latest.current.onHover(null, 0, 0);
      }}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      onContextMenu={onContextMenu}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} className={css.canvas} aria-hidden />
    </div>
  );
}
