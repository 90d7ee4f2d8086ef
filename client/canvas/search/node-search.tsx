import { memo, useMemo, useState } from 'react';
import type { NodeDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { typesThatFit, WiringView } from '../../document/connect.ts';
import { useCatalogue } from '../../ui/api/catalogue.ts';
import { useBack } from '../../ui/back.ts';
import { nodeText, t, useLanguage } from '../../ui/strings/index.ts';
import { lookOf, PortMark, tintOf } from '../../ui/theme/ports.tsx';
import { addNode } from '../add-node.ts';
import { closeFloating, type Loose, useCanvasUi } from '../canvas-ui.ts';
import { contentNow } from '../flow.ts';
import { PickList } from './pick-list.tsx';
import { inOrder, inOrderFor, rank, searchable } from './rank.ts';

const WIDTH = 360;
const HEIGHT = 400;
/** The most rows to show. */
const MOST = 60;

function useCandidates(loose: Loose | undefined, into: string | undefined) {
  const types = useCatalogue((state) => state.types);
  const language = useLanguage((state) => state.language);
  return useMemo(() => {
    const content = contentNow();
    const view = new WiringView(content, types);
    const wire = into === undefined ? undefined : content.edges[into];
    let list = inOrder(Object.values(types));
    const limit = (side: 'inputs' | 'outputs', given: Parameters<typeof typesThatFit>[2]) => {
      const fitting = typesThatFit(types, side, given).filter(({ type }) => list.includes(type));
      list = inOrderFor(side === 'inputs' ? given : [], fitting);
    };
    if (loose?.side === 'output') limit('inputs', view.gives(loose.end));
    if (loose?.side === 'input') limit('outputs', view.takes(loose.end));
    if (wire) {
      limit('inputs', view.gives(wire.from));
      limit('outputs', view.takes(wire.to));
    }
    return list.map((type) => searchable(type, nodeText(type.type)));
  }, [types, language, loose, into]);
}

const TypeRow = memo(function TypeRow({ descriptor }: { readonly descriptor: NodeDescriptor }) {
  const { title, help } = nodeText(descriptor.type);
  const { inputs, outputs } = descriptor;
  return (
    <>
      <span className="pb-search-title">{title}</span>
      <span className="pb-search-ports" aria-hidden="true">
        {inputs.map((port) => (
          <PortMark key={port.name} type={lookOf(port.types)} size={10} />
        ))}
        {inputs.length > 0 && outputs.length > 0 && '→'}
        {outputs.map((port) => (
          <PortMark key={port.name} type={lookOf(port.types)} size={10} />
        ))}
      </span>
      <span className="pb-search-help">{help}</span>
    </>
  );
});

/** The search that adds a node: words filter, arrows and Enter choose, Escape closes. */
export function NodeSearch() {
  const search = useCanvasUi((ui) => ui.search);
  useBack(search !== null, closeFloating);
  return search ? <Popup key={`${search.at.x},${search.at.y}`} {...search} /> : null;
}

function Popup({
  at,
  place,
  loose,
  into,
  show,
}: NonNullable<ReturnType<typeof useCanvasUi.getState>['search']>) {
  const [query, setQuery] = useState('');
  const candidates = useCandidates(loose, into);
  const found = useMemo(() => rank(query, candidates).slice(0, MOST), [query, candidates]);
  const choose = (type: string) => {
    addNode(type, place, { loose, into, show });
    closeFloating();
  };
  const left = Math.max(8, Math.min(at.x, innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(at.y, innerHeight - HEIGHT - 8));
  return (
    <>
      <div className="pb-backdrop" aria-hidden="true" onPointerDown={closeFloating} />
      <search className="pb-search" style={{ left, top, width: WIDTH, maxHeight: HEIGHT }}>
        <PickList
          label={t('canvas.search')}
          placeholder={t(loose ? 'canvas.searchFitting' : 'canvas.search')}
          query={query}
          onQuery={setQuery}
          found={found}
          keyOf={({ descriptor }) => descriptor.type}
          look={({ descriptor: { type } }) => ({ type, tint: tintOf(type) })}
          row={({ descriptor }) => <TypeRow descriptor={descriptor} />}
          onChoose={({ descriptor }) => choose(descriptor.type)}
          onLeave={closeFloating}
          none={t('canvas.searchNone', { query })}
        />
      </search>
    </>
  );
}
