import { Dices } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { documentActions } from '../document/store.ts';
import { madeText, t } from '../ui/strings/index.ts';
import { isComposing } from '../ui/typing.ts';
import { parseNumber, shown, snap, stepSize } from './check-param.ts';
import { type ControlProps, fieldAttributes, useDraft } from './control.ts';
import css from './input.module.css';
import sliderCss from './slider.module.css';

/** How far the pointer moves for one step, and how far it may move in a click, in CSS pixels. */
const PIXELS_A_STEP = 4;
const CLICK_PIXELS = 3;

/** One step: ten times as much with Shift, a tenth with Alt. */
function stepWith(
  { shiftKey, altKey }: { shiftKey: boolean; altKey: boolean },
  { descriptor }: ControlProps,
): number {
  const step = stepSize(descriptor);
  if (shiftKey) return step * 10;
  return altKey && descriptor.type !== 'integer' ? step / 10 : step;
}

/** A number. It can be typed, dragged sideways, or changed with the arrow keys. */
export function NumberControl(props: ControlProps) {
  const { descriptor, value, onChange } = props;
  const draft = useDraft(value, shown, parseNumber, onChange);
  const field = useRef<HTMLInputElement>(null);
  const before = useRef<unknown>(undefined);
  const present = typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  const fine = descriptor.step === undefined ? descriptor : { ...descriptor, step: descriptor.step / 10 };
  const move = (from: number, steps: number, step: number) => {
    const next = snap(from + steps * step, step < stepSize(descriptor) ? fine : descriptor);
    if (next !== value) onChange(next);
  };

  const onPointerDown = (event: PointerEvent<HTMLInputElement>) => {
    const input = event.currentTarget;
    if (event.button !== 0 || document.activeElement === input) return;
    // Prevents the focus for now, so that a drag does not start typing.
    event.preventDefault();
    input.setPointerCapture(event.pointerId);
    const start = { x: event.clientX, value: present };
    let dragged = false;
    const onMove = (moved: globalThis.PointerEvent) => {
      const way = moved.clientX - start.x;
      if (start.value === undefined || (!dragged && Math.abs(way) < CLICK_PIXELS)) return;
      dragged = true;
      move(start.value, Math.round(way / PIXELS_A_STEP), stepWith(moved, props));
    };
    const onEnd = () => {
      input.removeEventListener('pointermove', onMove);
      input.removeEventListener('pointerup', onEnd);
      input.removeEventListener('pointercancel', onEnd);
      if (dragged) documentActions().endGesture();
      else {
        input.focus();
        input.select();
      }
    };
    input.addEventListener('pointermove', onMove);
    input.addEventListener('pointerup', onEnd);
    input.addEventListener('pointercancel', onEnd);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isComposing(event.nativeEvent)) return;
    const { key } = event;
    if (key === 'Escape' && before.current !== undefined) {
      if (before.current !== value) onChange(before.current);
      event.currentTarget.blur();
      return;
    }
    const direction = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[key];
    if (direction === undefined || present === undefined) return;
    event.preventDefault();
    move(present, direction, stepWith(event, props));
  };

  return (
    <span className={css.number}>
      <input
        {...fieldAttributes(props)}
        ref={field}
        className={`${css.input} ${css.scrub} nodrag`}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        role="spinbutton"
        aria-valuenow={present}
        aria-valuemin={descriptor.min}
        aria-valuemax={descriptor.max}
        value={draft.text}
        onChange={(event) => draft.type(event.currentTarget.value)}
        onFocus={() => {
          before.current = value;
        }}
        onBlur={draft.settle}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
      />
      {descriptor.unit !== undefined && <span className={css.unit}>{madeText(descriptor.unit)}</span>}
    </span>
  );
}

const LARGEST = 2 ** 31 - 1;

/** A whole number, with a button for a random one. */
export function SeedControl(props: ControlProps) {
  const { min = 0, max = LARGEST } = props.descriptor;
  const throwDice = () => {
    const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
    props.onChange(min + (random % (Math.min(max, min + LARGEST) - min + 1)));
    documentActions().endGesture();
  };
  return (
    <span className={css.seed}>
      <NumberControl {...props} />
      <button
        type="button"
        className={`${css.iconButton} nodrag`}
        aria-label={t('widgets.dice')}
        title={t('widgets.dice')}
        onClick={throwDice}
      >
        <Dices size={14} aria-hidden />
      </button>
    </span>
  );
}

/** A slider with a number field. Both show the same value. */
export function SliderControl(props: ControlProps) {
  const { descriptor, value, onChange } = props;
  const { min, max, title } = descriptor;
  if (min === undefined || max === undefined || max <= min) return <NumberControl {...props} />;
  const present = typeof value === 'number' ? value : min;
  const filled = ((Math.min(max, Math.max(min, present)) - min) / (max - min)) * 100;
  const end = () => documentActions().endGesture();
  return (
    <span className={sliderCss.slider}>
      <input
        className={`${sliderCss.range} nodrag`}
        type="range"
        aria-label={title}
        aria-description={descriptor.help}
        min={min}
        max={max}
        step={stepSize(descriptor)}
        value={present}
        style={{ '--filled': `${filled}%` } as CSSProperties}
        onChange={(event) => onChange(snap(event.currentTarget.valueAsNumber, descriptor))}
        onPointerUp={end}
        onBlur={end}
      />
      <NumberControl {...props} />
    </span>
  );
}
