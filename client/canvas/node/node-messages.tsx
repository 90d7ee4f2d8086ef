import { memo } from 'react';
import type { NodeDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { isUnfinished } from '../../../server/contract/not-run.ts';
import { useChecks } from '../../document/checks.ts';
import { useIsQuiet } from '../../document/quiet.ts';
import { useDocument } from '../../document/store.ts';
import { leftOutCount } from '../../runs/left-out.ts';
import { useNodeFact } from '../../runs/store.ts';
import { labelled } from '../../ui/format.ts';
import { countRender } from '../../ui/render-count.ts';
import { t } from '../../ui/strings/index.ts';
import { Sentence } from '../../ui/strings/sentence.tsx';
import { told } from '../../ui/strings/told.ts';
import { shownParams } from '../../widgets/shown-params.ts';

/** Problems that a field shows itself: a value that is not allowed, and a model or category set that is not there. */
const AT_FIELD = /^(param\.|(model|labels)\.not-found$)/;

/** The params whose fields are on the node and say themselves what is wrong with their values. */
function useFieldNames(id: string, descriptor: NodeDescriptor | undefined): ReadonlySet<string> {
  const params = useDocument((state) => state.nodes[id]?.params);
  return new Set(descriptor && shownParams(descriptor.params, params ?? {}).plain.map(({ name }) => name));
}

/** Why a node did not run. Once the problem is solved, it waits for the next run and says nothing. */
function NotRun({ id }: { readonly id: string }) {
  const error = useNodeFact(id, (run) => run.error);
  const isQuiet = useIsQuiet(id);
  const root = error?.nodeId ?? id;
  const hasFailed = useNodeFact(root, (run) => run.state === 'failed');
  const isThere = useChecks(({ settled, byNode }) => !settled || byNode[root] !== undefined);
  if (isQuiet || (!hasFailed && !isThere)) return null;
  return <p className="pb-sentence pb-quiet">{error ? <Sentence text={error} /> : t('run.skippedNote')}</p>;
}

/** The problems of a node, as sentences. Each is said once: at its field, or here. */
export const NodeMessages = memo(function NodeMessages({
  id,
  descriptor,
}: {
  readonly id: string;
  readonly descriptor: NodeDescriptor | undefined;
}) {
  countRender(id, 'messages');
  const state = useNodeFact(id, (run) => run.state);
  const error = useNodeFact(id, (run) => run.error);
  const skipped = useNodeFact(id, (run) => run.skipped);
  const warnings = useNodeFact(id, (run) => run.warnings);
  const total = useNodeFact(id, (run) => (run.skipped ? run.total : undefined));
  const fields = useFieldNames(id, descriptor);
  // A node that is not installed has its own text.
  const problem = useChecks((checks) =>
    checks.byNode[id]?.find(
      (one) =>
        !isUnfinished(one) &&
        one.code !== 'node.unknown-type' &&
        !(AT_FIELD.test(one.code) && fields.has(one.param ?? '')),
    ),
  );
  return (
    <>
      {state === 'failed' && error && (
        <p className="pb-sentence pb-error" role="alert">
          <Sentence text={error} />
        </p>
      )}
      {state === 'skipped' && !problem && <NotRun id={id} />}
      {state !== 'failed' && problem && (
        <p className="pb-sentence pb-error">
          <Sentence text={problem} />
        </p>
      )}
      {warnings?.map((warning) => (
        <p key={warning.message} className="pb-sentence pb-warning">
          <Sentence text={warning} />
        </p>
      ))}
      {skipped && skipped.length > 0 && (
        <p
          className="pb-sentence pb-warning"
          title={skipped.map(({ name, reason }) => labelled(name, told(reason))).join('\n')}
        >
          {leftOutCount(skipped, total)}
        </p>
      )}
    </>
  );
});
