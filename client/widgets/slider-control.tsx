import type { CSSProperties } from 'react';
import { documentActions } from '../document/store.ts';
import { snap, stepSize } from './check-param.ts';
import type { ControlProps } from './control.ts';
import { NumberControl } from './number-control.tsx';
import css from './slider.module.css';

/** A slider with its number beside it; both are the same value. */
export function SliderControl(props: ControlProps) {
  const { descriptor, value, onChange } = props;
  const { min, max, title } = descriptor;
  if (min === undefined || max === undefined || max <= min) return <NumberControl {...props} />;
  const present = typeof value === 'number' ? value : min;
  const filled = ((Math.min(max, Math.max(min, present)) - min) / (max - min)) * 100;
  const end = () => documentActions().endGesture();
  return (
    <span className={css.slider}>
      <input
        className={`${css.range} nodrag`}
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
