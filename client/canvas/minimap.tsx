import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { useTabs } from '../document/tabs.ts';
import { useRuns } from '../runs/store.ts';
import { t } from '../ui/strings/index.ts';
import { useFlow } from './flow.ts';
import { motion } from './view.ts';
import './minimap.css';

const WIDTH = 156;
const HEIGHT = 104;
const MARGIN = 200;
/** Distance from the right and lower edge of the canvas, as in the style sheet. */
const EDGE = 12;

interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

/** Where the map is: in the lower or the upper right corner, or nowhere. */
type Place = 'bottom' | 'top' | 'away';

/**
 * Where the map covers no result. It is away if the whole workflow is visible, because it would show nothing new. The
 * position of the map is computed, because measuring it would force a layout at every step of a pan.
 */
function placeNow({ x, y, zoom, width, height }: View): Place {
  const mapLeft = width - EDGE - WIDTH;
  const results = useRuns.getState().byTab[useTabs.getState().active ?? '']?.nodes;
  let isWhole = true;
  let [coversBottom, coversTop] = [false, false];
  for (const { id, position, measured } of useFlow.getState().nodes) {
    const [left, top] = [position.x * zoom + x, position.y * zoom + y];
    const [right, bottom] = [left + (measured?.width ?? 0) * zoom, top + (measured?.height ?? 0) * zoom];
    isWhole &&= left >= 0 && top >= 0 && right <= width && bottom <= height;
    if (right <= mapLeft || left >= width - EDGE || !results?.[id]?.view) continue;
    coversBottom ||= bottom > height - EDGE - HEIGHT && top < height - EDGE;
    coversTop ||= top < EDGE + HEIGHT && bottom > EDGE;
  }
  if (isWhole) return 'away';
  return !coversBottom ? 'bottom' : coversTop ? 'away' : 'top';
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

function boundsNow(): Bounds {
  const { nodes } = useFlow.getState();
  let [left, top, right, bottom] = [0, 0, 800, 500];
  if (nodes.length > 0) {
    [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { position, measured } of nodes) {
      left = Math.min(left, position.x);
      top = Math.min(top, position.y);
      right = Math.max(right, position.x + (measured?.width ?? 0));
      bottom = Math.max(bottom, position.y + (measured?.height ?? 0));
    }
  }
  const [width, height] = [right - left + 2 * MARGIN, bottom - top + 2 * MARGIN];
  const scale = Math.min(WIDTH / width, HEIGHT / height);
  return {
    x: left - MARGIN - (WIDTH / scale - width) / 2,
    y: top - MARGIN - (HEIGHT / scale - height) / 2,
    scale,
  };
}

function draw(canvas: HTMLCanvasElement, { x, y, scale }: Bounds): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = devicePixelRatio || 1;
  canvas.width = WIDTH * ratio;
  canvas.height = HEIGHT * ratio;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const [plain, chosen, frame] = ['--pb-map-node', '--pb-accent', '--pb-border'].map((name) =>
    style.getPropertyValue(name),
  );
  for (const { position, measured, type, selected } of useFlow.getState().nodes) {
    context.fillStyle = (selected ? chosen : type === 'group' ? frame : plain) ?? '';
    context.fillRect(
      (position.x - x) * scale,
      (position.y - y) * scale,
      Math.max(1, (measured?.width ?? 0) * scale),
      Math.max(1, (measured?.height ?? 0) * scale),
    );
  }
}

/** An overview of the workflow in a corner. It is redrawn when nodes change, not when the view moves. */
export function Minimap() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const bounds = useRef<Bounds>({ x: 0, y: 0, scale: 0.1 });
  const view = useRef<View>({ x: 0, y: 0, zoom: 1, width: 0, height: 0 });
  const { setCenter } = useReactFlow();

  const place = useRef(() => {
    const { x, y, scale } = bounds.current;
    const { x: tx, y: ty, zoom, width, height } = view.current;
    const style = frame.current?.style;
    if (!style || !map.current) return;
    const at = placeNow(view.current);
    if (map.current.dataset.at !== at) map.current.dataset.at = at;
    style.transform = `translate(${((-tx / zoom - x) * scale).toFixed(1)}px, ${((-ty / zoom - y) * scale).toFixed(1)}px)`;
    style.width = `${((width / zoom) * scale).toFixed(1)}px`;
    style.height = `${((height / zoom) * scale).toFixed(1)}px`;
  }).current;

  // Reads the view without rendering: the frame is moved directly.
  useStore((state) => {
    const [x, y, zoom] = state.transform;
    view.current = { x, y, zoom, width: state.width, height: state.height };
    place();
    return 0;
  });

  useEffect(() => {
    let asked = 0;
    const redraw = () => {
      asked = 0;
      if (!canvas.current) return;
      bounds.current = boundsNow();
      draw(canvas.current, bounds.current);
      place();
    };
    const soon = () => {
      asked ||= setTimeout(redraw, 120) as unknown as number;
    };
    redraw();
    const stops = [useFlow.subscribe(soon), useRuns.subscribe(() => place())];
    const scheme = new MutationObserver(soon);
    scheme.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    return () => {
      for (const stop of stops) stop();
      scheme.disconnect();
      clearTimeout(asked);
    };
  }, [place]);

  const go = (event: React.PointerEvent) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const { x, y, scale } = bounds.current;
    void setCenter(x + (event.clientX - box.x) / scale, y + (event.clientY - box.y) / scale, {
      zoom: view.current.zoom,
      duration: event.type === 'pointerdown' ? motion() : 0,
    });
  };
  return (
    <div
      ref={map}
      className="pb-minimap"
      role="img"
      aria-label={t('canvas.minimap')}
      onPointerDown={go}
      onPointerMove={go}
      style={{ width: WIDTH, height: HEIGHT }}
    >
      <canvas ref={canvas} style={{ width: WIDTH, height: HEIGHT }} />
      <div ref={frame} className="pb-minimap-view" />
    </div>
  );
}
