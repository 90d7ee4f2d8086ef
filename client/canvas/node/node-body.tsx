import { memo } from 'react';
import type { NodeDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { useDocument } from '../../document/store.ts';
import { UseTrainedButton } from '../../labels/use-trained-button.tsx';
import { ResultView } from '../../results/result-view.tsx';
import { EarlierChip } from '../../runs/earlier-chip.tsx';
import { useIsEarlier, useIsStale, useNodeFact, useShownResult } from '../../runs/store.ts';
import { countRender } from '../../ui/render-count.ts';
import { ParamField } from '../../widgets/param-field.tsx';
import { shownParams } from '../../widgets/shown-params.ts';

const Result = memo(function Result({ id }: { readonly id: string }) {
  countRender(id, 'result');
  const shown = useShownResult(id);
  const isRunning = useNodeFact(id, ({ state }) => state === 'running');
  const isEarlier = useIsEarlier(id);
  const isStale = useIsStale(id) || isRunning || isEarlier;
  if (shown === undefined || shown === null) return null;
  return (
    <div className={`pb-result nodrag nowheel${isStale ? ' pb-stale' : ''}`}>
      {isEarlier && <EarlierChip />}
      <ResultView view={shown} size="node" nodeId={id} />
    </div>
  );
});

/** The params, between the ports and the result. */
export const NodeBody = memo(function NodeBody({
  id,
  descriptor,
}: {
  readonly id: string;
  readonly descriptor: NodeDescriptor;
}) {
  const params = useDocument((state) => state.nodes[id]?.params);
  const shown = shownParams(descriptor.params, params ?? {}).plain;
  return (
    <>
      {shown.length > 0 && (
        <div className="pb-params nodrag nowheel">
          {shown.map((param) => (
            <ParamField key={param.name} descriptor={param} nodeId={id} />
          ))}
        </div>
      )}
      <Result id={id} />
      <UseTrainedButton id={id} />
    </>
  );
});
