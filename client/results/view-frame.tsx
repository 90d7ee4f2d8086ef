import { type ReactNode, useEffect, useRef } from 'react';
import { formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './results.module.css';

/** Where a result is drawn: in its node, or in a dialog. */
export type Size = 'node' | 'large';

/** Shown if there is no result: why, and what to do. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className={css.empty}>{children}</p>;
}

/** The end of a list that is drawn in part: a button that draws more. In a large view it presses itself when it is scrolled to. */
export function ShowMore({
  left,
  size,
  onMore,
}: {
  /** How many items are not drawn. */
  readonly left: number;
  readonly size: Size;
  readonly onMore: () => void;
}) {
  const button = useRef<HTMLButtonElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    if (size !== 'large' || !button.current || left <= 0) return;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) more.current();
    });
    seen.observe(button.current);
    return () => seen.disconnect();
  }, [size, left]);
  if (left <= 0) return null;
  return (
    <button ref={button} type="button" className={`${css.showMore} nodrag`} onClick={onMore}>
      {t('results.showMore')} ({formatCount(left)})
    </button>
  );
}
