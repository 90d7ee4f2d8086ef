import { useRunState } from '../../runs/store.ts';
import { countRender } from '../../ui/render-count.ts';
import { t } from '../../ui/strings/index.ts';

/** How far a node at work is, in words and as a bar: all that an event of progress renders. */
export function NodeProgress({ id }: { readonly id: string }) {
  countRender(id, 'progress');
  const { done = 0, total } = useRunState(id);
  return (
    <>
      {total !== undefined && total > 0 && (
        <span className="pb-time">
          {done}/{total}
        </span>
      )}
      <div
        className="pb-progress"
        role="progressbar"
        aria-label={t('canvas.state.running')}
        aria-valuemin={0}
        aria-valuemax={total ?? 1}
        aria-valuenow={done}
      >
        <div
          className={total ? 'pb-progress-bar' : 'pb-progress-bar pb-unknown'}
          style={total ? { width: `${Math.min(100, (100 * done) / total)}%` } : undefined}
        />
      </div>
    </>
  );
}
