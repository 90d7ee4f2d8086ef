import { Dices } from 'lucide-react';
import { documentActions } from '../document/store.ts';
import { t } from '../ui/strings/index.ts';
import type { ControlProps } from './control.ts';
import css from './input.module.css';
import { NumberControl } from './number-control.tsx';

const LARGEST = 2 ** 31 - 1;

/** A whole number, and a button for another one. */
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
