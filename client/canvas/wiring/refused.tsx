import { useEffect, useRef } from 'react';
import { nodeText, t, useLanguage } from '../../ui/strings/index.ts';
import { Sentence } from '../../ui/strings/sentence.tsx';
import { closeFloating, dropFloating, type RefusedWire, useCanvasUi } from '../canvas-ui.ts';
import { convertersFor, insertConverter } from './join.ts';
import '../floating.css';
import './refused.css';

/** Why a dropped wire was refused, and the nodes that could be inserted to make it fit. */
export function RefusedNotice() {
  const refused = useCanvasUi((ui) => ui.refused);
  useLanguage();
  return refused ? <Notice refused={refused} /> : null;
}

/** Closes on a press outside, also on the canvas, which does not pass presses on. */
function useLeft() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const press = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) dropFloating();
    };
    document.addEventListener('pointerdown', press, { capture: true });
    return () => document.removeEventListener('pointerdown', press, { capture: true });
  }, []);
  return box;
}

function Notice({ refused }: { readonly refused: RefusedWire }) {
  const { from, to, code, at } = refused;
  const box = useLeft();
  const converters = code === 'edge.type-mismatch' ? convertersFor(from, to) : [];
  const left = Math.max(8, Math.min(at.x + 8, innerWidth - 328));
  const top = Math.max(8, Math.min(at.y + 8, innerHeight - 160));
  return (
    <div ref={box} className="pb-refused" role="alert" style={{ left, top }}>
      <p>
        <Sentence text={refused} />
      </p>
      {converters.length > 0 && (
        <div className="pb-refused-offers">
          {converters.map((converter) => (
            <button
              type="button"
              key={converter.type}
              onClick={() => {
                insertConverter(converter, from, to);
                closeFloating();
              }}
            >
              {t('canvas.insert', { title: nodeText(converter.type).title })}
            </button>
          ))}
        </div>
      )}
      <button type="button" className="pb-close" aria-label={t('canvas.close')} onClick={closeFloating}>
        ×
      </button>
    </div>
  );
}

/** The reason, shown while a wire is dragged over a port that refuses it. */
export function WiringHint({ at }: { readonly at: { readonly x: number; readonly y: number } | null }) {
  const reason = useCanvasUi((ui) => ui.wiring?.reason ?? null);
  if (!reason || !at) return null;
  return (
    <div
      className="pb-hint"
      role="status"
      style={{ left: Math.min(at.x + 16, innerWidth - 320), top: at.y + 16 }}
    >
      <Sentence text={reason} />
    </div>
  );
}
