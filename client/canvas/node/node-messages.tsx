import { useRunState } from '../../runs/store.ts';
import { t } from '../../strings/index.ts';
import { Sentence } from '../../strings/sentence.tsx';
import { told } from '../../strings/told.ts';
import { useChecks } from '../checks.ts';

/** Problems that a node shows in words; those of a node that is not finished yet are a mark in its title, and one that is not installed says so itself. */
const QUIET = new Set(['input.missing', 'param.required', 'param.empty', 'node.unknown-type']);

/** What went wrong at a node, as sentences. */
export function NodeMessages({ id }: { readonly id: string }) {
  const { state, error, skipped, done, total } = useRunState(id);
  const problem = useChecks((checks) => checks.byNode[id]?.find(({ code }) => !QUIET.has(code)));
  return (
    <>
      {state === 'running' && (
        <div
          className="pb-progress"
          role="progressbar"
          aria-label={t('canvas.state.running')}
          aria-valuemin={0}
          aria-valuemax={total ?? 1}
          aria-valuenow={done ?? 0}
        >
          <div
            className={total ? 'pb-progress-bar' : 'pb-progress-bar pb-unknown'}
            style={total ? { width: `${Math.min(100, (100 * (done ?? 0)) / total)}%` } : undefined}
          />
        </div>
      )}
      {state === 'failed' && error && (
        <p className="pb-sentence pb-error" role="alert">
          <Sentence text={error.message} />
        </p>
      )}
      {state === 'skipped' && (
        <p className="pb-sentence pb-quiet">
          {error ? <Sentence text={error.message} /> : t('run.skippedNote')}
        </p>
      )}
      {state !== 'failed' && problem && (
        <p className="pb-sentence pb-error">
          <Sentence text={problem.message} />
        </p>
      )}
      {skipped && skipped.length > 0 && (
        <p
          className="pb-sentence pb-warning"
          title={skipped.map(({ name, reason }) => `${name}: ${told(reason)}`).join('\n')}
        >
          {t('canvas.skipped', { count: skipped.length })}
        </p>
      )}
    </>
  );
}
