import { ReactFlowProvider } from '@xyflow/react';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useDocument, useIsEmpty } from '../document/store.ts';
import { t, useLanguage } from '../ui/strings/index.ts';
import './canvas.css';
import { useCanvasUi } from './canvas-ui.ts';
import { dropOnCanvas } from './drop.ts';
import { syncFlow } from './flow.ts';
import { FlowView } from './flow-view.tsx';
import { Minimap } from './minimap.tsx';
import { openSearch } from './openings.ts';
import { NodeSearch } from './search/node-search.tsx';
import { listenToFingers } from './touch.ts';
import { useCanvasKeys } from './use-canvas-keys.ts';
import { lastPointer, notePointer } from './view.ts';
import type { Size } from './viewports.ts';
import { RefusedNotice, WiringHint } from './wiring/refused.tsx';
import { WirePicker } from './wiring/wire-picker.tsx';

/** The canvas of the open workflow. @param children tools that lie on it */
export function Canvas({ children }: { readonly children?: ReactNode }) {
  useLanguage();
  const minimap = useCanvasUi((ui) => ui.minimap);
  const empty = useIsEmpty();
  const pulling = useCanvasUi((ui) => ui.wiring?.reason != null);
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const tab = useDocument((state) => state.tab);
  const box = useRef<HTMLDivElement>(null);
  // A new drag starts, so the place where the previous wire was dropped is forgotten.
  if (!pulling && at) setAt(null);
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    syncFlow();
    const { clientWidth: width, clientHeight: height } = box.current!;
    setSize({ width, height });
  }, []);
  useCanvasKeys();
  useEffect(() => listenToFingers(box.current!), []);
  const move = useCallback(
    (event: { clientX: number; clientY: number }) => {
      const point = { x: event.clientX, y: event.clientY };
      notePointer(point);
      if (pulling) setAt(point);
    },
    [pulling],
  );
  return (
    <>
      <div
        ref={box}
        className="pb-canvas"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas accepts keys.
        tabIndex={0}
        role="application"
        aria-label={t('canvas.label')}
        onDoubleClick={openSearch}
        onPointerMove={move}
        onPointerLeave={() => notePointer(undefined)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => void dropOnCanvas(event.nativeEvent)}
      >
        {size && (
          <ReactFlowProvider key={tab} initialWidth={size.width} initialHeight={size.height}>
            <FlowView tab={tab} size={size} />
            {minimap && !empty && <Minimap />}
            {children}
          </ReactFlowProvider>
        )}
        {empty && <p className="pb-empty">{t('canvas.empty')}</p>}
        {/* From here, Tab leaves the canvas. */}
        <span className="pb-canvas-end" tabIndex={-1} />
      </div>
      <NodeSearch />
      <WirePicker />
      <RefusedNotice />
      <WiringHint at={pulling && at ? at : lastPointer()} />
    </>
  );
}
