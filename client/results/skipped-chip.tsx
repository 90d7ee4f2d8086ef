import { Popover } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { t } from '../ui/strings/index.ts';
import type { SkippedItem } from './read-view.ts';
import css from './skipped-chip.module.css';

/** How many items were left out; opened, why each was. */
export function SkippedChip({ skipped }: { readonly skipped: readonly SkippedItem[] }) {
  if (skipped.length === 0) return null;
  const { length } = skipped;
  return (
    <Popover keepMounted={false} width={320} position="bottom-start" withinPortal zIndex={450} trapFocus>
      <Popover.Target>
        <button type="button" className={`${css.chip} nodrag`}>
          <TriangleAlert size={12} aria-hidden />
          {length === 1 ? t('results.skippedOne') : t('results.skipped', { count: length })}
        </button>
      </Popover.Target>
      <Popover.Dropdown
        className="nowheel nodrag"
        onPointerDown={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {/** biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached by the keyboard. */}
        <ul className={css.skippedList} tabIndex={0} aria-label={t('results.skippedTitle')}>
          {skipped.map(({ name, reason }, at) => (
            <li key={at}>
              <strong>{name}</strong> {reason}
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
