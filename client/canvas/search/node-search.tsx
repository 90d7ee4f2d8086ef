import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useCatalogue } from '../../api/catalogue.ts';
import { typesThatFit, WiringView } from '../../document/connect.ts';
import { useDocument } from '../../document/store.ts';
import { nodeText, t, useLanguage } from '../../strings/index.ts';
import { PortMark } from '../../theme/port-shape.tsx';
import { lookOf, tintOf } from '../../theme/ports.ts';
import { addNode } from '../actions.ts';
import { contentNow } from '../flow.ts';
import { closeFloating, type Loose, useCanvasUi } from '../ui.ts';
import { rank, searchable } from './rank.ts';

const WIDTH = 360;
const HEIGHT = 400;
/** More rows than anybody reads. */
const MOST = 60;

function useCandidates(loose: Loose | undefined, into: string | undefined) {
  const types = useCatalogue((state) => state.types);
  const language = useLanguage((state) => state.language);
  return useMemo(() => {
    const content = contentNow();
    const view = new WiringView(content, types);
    const wire = into === undefined ? undefined : content.edges[into];
    let list = Object.values(types);
    const limit = (side: 'inputs' | 'outputs', given: Parameters<typeof typesThatFit>[2]) => {
      const fitting = new Set(typesThatFit(types, side, given).map(({ type }) => type));
      list = [...fitting].filter((type) => list.includes(type));
    };
    if (loose?.side === 'output') limit('inputs', view.gives(loose.end));
    if (loose?.side === 'input') limit('outputs', view.takes(loose.end));
    if (wire) {
      limit('inputs', view.gives(wire.from));
      limit('outputs', view.takes(wire.to));
    }
    return list.map((type) => searchable(type, language === 'en' ? [] : [nodeText(type.type).title]));
  }, [types, language, loose, into]);
}

/** The add-node search: words narrow it, arrows and Enter choose, Escape leaves. */
export function NodeSearch() {
  const search = useCanvasUi((ui) => ui.search);
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
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const candidates = useCandidates(loose, into);
  const found = useMemo(() => rank(query, candidates).slice(0, MOST), [query, candidates]);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const choose = (type: string | undefined) => {
    if (type === undefined) return;
    addNode(type, place, { loose, into, show });
    closeFloating();
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => setCurrent((index) => Math.min(found.length - 1, index + 1)),
    ArrowUp: () => setCurrent((index) => Math.max(0, index - 1)),
    Enter: () => choose(found[current]?.descriptor.type),
    Escape: closeFloating,
    Tab: closeFloating,
  };
  const left = Math.max(8, Math.min(at.x, innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(at.y, innerHeight - HEIGHT - 8));
  return (
    <>
      <div className="pb-backdrop" aria-hidden="true" onPointerDown={closeFloating} />
      <search className="pb-search" style={{ left, top, width: WIDTH, maxHeight: HEIGHT }}>
        <input
          ref={field}
          value={query}
          placeholder={t(loose ? 'canvas.searchFitting' : 'canvas.search')}
          role="combobox"
          aria-label={t('canvas.search')}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={found[current] ? `${id}-${current}` : undefined}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setCurrent(0);
          }}
          onKeyDown={(event) => {
            event.stopPropagation();
            const act = event.nativeEvent.isComposing ? undefined : keys[event.key];
            if (!act) return;
            event.preventDefault();
            act();
          }}
        />
        <ul ref={list} id={id} role="listbox" aria-label={t('canvas.search')} tabIndex={-1}>
          {found.map(({ descriptor }, index) => {
            const { title, help } = nodeText(descriptor.type);
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys.
              <li
                key={descriptor.type}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === current}
                data-type={descriptor.type}
                style={{ borderLeftColor: tintOf(descriptor.type) }}
                onPointerMove={() => setCurrent(index)}
                onClick={() => choose(descriptor.type)}
              >
                <span className="pb-search-title">{title}</span>
                <span className="pb-search-ports" aria-hidden="true">
                  {descriptor.inputs.map((port) => (
                    <PortMark key={port.name} type={lookOf(port.types)} size={10} />
                  ))}
                  {descriptor.inputs.length > 0 && descriptor.outputs.length > 0 && '→'}
                  {descriptor.outputs.map((port) => (
                    <PortMark key={port.name} type={lookOf(port.types)} size={10} />
                  ))}
                </span>
                <span className="pb-search-help">{help}</span>
              </li>
            );
          })}
        </ul>
        {found.length === 0 && <p className="pb-search-none">{t('canvas.searchNone', { query })}</p>}
      </search>
    </>
  );
}

/** Whether anything is on the canvas. */
export const useIsEmpty = (): boolean =>
  useDocument(
    ({ order, groups, notes }) =>
      order.length === 0 && Object.keys(groups).length === 0 && Object.keys(notes).length === 0,
  );
