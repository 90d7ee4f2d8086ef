import { Popover } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { LeftOutItem } from '../../server/contract/view.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import css from './left-out-chip.module.css';

/** How many pictures were left out. A click lists them with their reasons. */
export function LeftOutChip({ leftOut }: { readonly leftOut: readonly LeftOutItem[] }) {
  const { length } = leftOut;
  if (length === 0) return null;
  return (
    <Popover keepMounted={false} width={320} position="bottom-start" withinPortal zIndex={450} trapFocus>
      <Popover.Target>
        <button type="button" className={`${css.chip} nodrag`}>
          <TriangleAlert size={12} aria-hidden />
          {t('results.skipped', { count: length })}
        </button>
      </Popover.Target>
      <Popover.Dropdown
        className="nowheel nodrag"
        onPointerDown={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {/** biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached by the keyboard. */}
        <ul className={css.skippedList} tabIndex={0} aria-label={t('results.skippedTitle')}>
          {leftOut.map(({ name, reason }, at) => (
            <li key={at}>
              <strong>{name}</strong> {told(reason)}
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
