import { StopNode } from '../../runs/stop-node.tsx';
import { useRunState } from '../../runs/store.ts';
import { formatProgress } from '../../ui/format.ts';
import { countRender } from '../../ui/render-count.ts';
import { t } from '../../ui/strings/index.ts';

/** Progress of a running node, as text and as a bar. A progress event renders only this component. */
export function NodeProgress({ id }: { readonly id: string }) {
  countRender(id, 'progress');
  const { done = 0, total } = useRunState(id);
  return (
    <>
      {total !== undefined && total > 0 && <span className="pb-time">{formatProgress(done, total)}</span>}
      <StopNode id={id} />
      <div
        className="pb-progress"
        role="progressbar"
        aria-label={t('node.running')}
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
