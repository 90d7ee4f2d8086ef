import { memo, useCallback } from 'react';
import type { NodeDescriptor, ParamDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { setParam } from '../../document/edits.ts';
import { documentActions, useDocument } from '../../document/store.ts';
import { ResultView } from '../../results/result-view.tsx';
import { useIsStale, useNodeFact } from '../../runs/store.ts';
import { ParamField } from '../../widgets/param-field.tsx';
import { shownParams } from '../../widgets/shown-params.ts';
import { countRender } from '../render-count.ts';

const Field = memo(function Field({ id, descriptor }: { id: string; descriptor: ParamDescriptor }) {
  countRender(id, 'field');
  const { name } = descriptor;
  const value = useDocument((state) => state.nodes[id]?.params?.[name]);
  const change = useCallback(
    (next: unknown) =>
      documentActions().edit('param', (content) => setParam(content, id, name, next), {
        merge: `param:${id}:${name}`,
      }),
    [id, name],
  );
  return <ParamField descriptor={descriptor} value={value} onChange={change} nodeId={id} />;
});

const Result = memo(function Result({ id }: { readonly id: string }) {
  countRender(id, 'result');
  const shown = useNodeFact(id, ({ view, preview }) => view ?? preview);
  const isRunning = useNodeFact(id, ({ state }) => state === 'running');
  const isStale = useIsStale(id) || isRunning;
  if (shown === undefined || shown === null) return null;
  return (
    <div className={`pb-result nodrag nowheel${isStale ? ' pb-stale' : ''}`}>
      <ResultView view={shown} size="node" nodeId={id} />
    </div>
  );
});

/** Params between the ports and the result. */
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
            <Field key={param.name} id={id} descriptor={param} />
          ))}
        </div>
      )}
      <Result id={id} />
    </>
  );
});
