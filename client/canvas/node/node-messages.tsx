import { memo } from 'react';
import { useChecks } from '../../document/checks.ts';
import { useNodeFact } from '../../runs/store.ts';
import { labelled } from '../../ui/format.ts';
import { countRender } from '../../ui/render-count.ts';
import { t } from '../../ui/strings/index.ts';
import { Sentence } from '../../ui/strings/sentence.tsx';
import { told } from '../../ui/strings/told.ts';

/**
 * Problems that are not shown as text on the node: an unfinished node has only a mark in its title, and a node that is
 * not installed has its own text.
 */
const QUIET = /^(param\.required|param\.empty|node\.unknown-type|.*\binput[.-]missing)$/;

/** The problems of a node, as sentences. */
export const NodeMessages = memo(function NodeMessages({ id }: { readonly id: string }) {
  countRender(id, 'messages');
  const state = useNodeFact(id, (run) => run.state);
  const error = useNodeFact(id, (run) => run.error);
  const skipped = useNodeFact(id, (run) => run.skipped);
  const problem = useChecks((checks) => checks.byNode[id]?.find(({ code }) => !QUIET.test(code)));
  return (
    <>
      {state === 'failed' && error && (
        <p className="pb-sentence pb-error" role="alert">
          <Sentence text={error} />
        </p>
      )}
      {state === 'skipped' && (
        <p className="pb-sentence pb-quiet">{error ? <Sentence text={error} /> : t('run.skippedNote')}</p>
      )}
      {state !== 'failed' && problem && (
        <p className="pb-sentence pb-error">
          <Sentence text={problem} />
        </p>
      )}
      {skipped && skipped.length > 0 && (
        <p
          className="pb-sentence pb-warning"
          title={skipped.map(({ name, reason }) => labelled(name, told(reason))).join('\n')}
        >
          {t('canvas.skipped', { count: skipped.length })}
        </p>
      )}
    </>
  );
});
