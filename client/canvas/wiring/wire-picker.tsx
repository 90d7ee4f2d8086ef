import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useCatalogue } from '../../api/catalogue.ts';
import { type End, WiringView } from '../../document/connect.ts';
import { nodeText, t } from '../../strings/index.ts';
import { PortMark } from '../../theme/port-shape.tsx';
import { lookOf } from '../../theme/ports.ts';
import { connect, wiresInto } from '../actions.ts';
import { contentNow } from '../flow.ts';
import { closeFloating, useCanvasUi } from '../ui.ts';
import { aim } from '../view.ts';

interface Offer {
  readonly from: End;
  readonly to: End;
  readonly label: string;
  readonly type: ReturnType<typeof lookOf>;
  /** Free inputs that must be wired come first. */
  readonly order: number;
}

/** All wires that could be added at a node, those that are most likely meant first. */
export function offersAt(id: string): Offer[] {
  const content = contentNow();
  const { types } = useCatalogue.getState();
  const view = new WiringView(content, types);
  const portsOf = (node: string) => types[content.nodes[node]?.type ?? ''];
  const name = (node: string) => content.nodes[node]!.title || nodeText(content.nodes[node]!.type).title;
  const offers: Offer[] = [];
  const offer = (from: End, to: End) => {
    if (view.refusal(from, to, true)) return;
    const port = portsOf(to.node)?.inputs.find((one) => one.name === to.port);
    const output = nodeText(content.nodes[from.node]!.type).port('outputs', from.port).title;
    const input = nodeText(content.nodes[to.node]!.type).port('inputs', to.port).title;
    const taken = wiresInto(to).length > 0 && !port?.many;
    offers.push({
      from,
      to,
      label: `${name(from.node)} · ${output} → ${name(to.node)} · ${input}`,
      type: lookOf(view.gives(from)),
      order: (taken ? 4 : 0) + (port?.required ? 0 : 1) + (port?.types === 'any' ? 2 : 0),
    });
  };
  for (const other of content.order) {
    if (other === id) continue;
    for (const output of portsOf(other)?.outputs ?? [])
      for (const input of portsOf(id)?.inputs ?? [])
        offer({ node: other, port: output.name }, { node: id, port: input.name });
    for (const output of portsOf(id)?.outputs ?? [])
      for (const input of portsOf(other)?.inputs ?? [])
        offer({ node: id, port: output.name }, { node: other, port: input.name });
  }
  return offers.sort((a, b) => a.order - b.order);
}

/** Wiring by keyboard: a list of the wires that fit, narrowed by words. */
export function WirePicker() {
  const picker = useCanvasUi((ui) => ui.picker);
  return picker === null ? null : <Popup key={picker} id={picker} />;
}

function Popup({ id }: { readonly id: string }) {
  const [query, setQuery] = useState('');
  const [current, setCurrent] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();
  const offers = useMemo(() => offersAt(id), [id]);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const words = query.toLowerCase().split(/\s+/);
  const found = offers
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
    .slice(0, 60);
  const [at] = useState(aim);
  const choose = async (offer: Offer | undefined) => {
    if (!offer) return;
    closeFloating();
    const refused = await connect(offer.from, offer.to);
    if (refused) useCanvasUi.setState({ refused: { ...refused, from: offer.from, to: offer.to, at } });
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => setCurrent((index) => Math.min(found.length - 1, index + 1)),
    ArrowUp: () => setCurrent((index) => Math.max(0, index - 1)),
    Enter: () => void choose(found[current]),
    Escape: closeFloating,
    Tab: closeFloating,
  };
  return (
    <>
      <div className="pb-backdrop" aria-hidden="true" onPointerDown={closeFloating} />
      <search
        className="pb-search"
        style={{ left: Math.max(8, innerWidth / 2 - 240), top: 120, width: 480, maxHeight: 400 }}
      >
        <input
          ref={field}
          value={query}
          placeholder={t('canvas.wirePicker')}
          role="combobox"
          aria-label={t('canvas.wirePicker')}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[current] ? `${listId}-${current}` : undefined}
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
        <ul ref={list} id={listId} role="listbox" aria-label={t('canvas.wirePicker')} tabIndex={-1}>
          {found.map((offer, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys.
            <li
              key={offer.label}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === current}
              onPointerMove={() => setCurrent(index)}
              onClick={() => void choose(offer)}
            >
              <PortMark type={offer.type} size={10} /> <span className="pb-search-title">{offer.label}</span>
            </li>
          ))}
        </ul>
        {found.length === 0 && <p className="pb-search-none">{t('canvas.wireNone')}</p>}
      </search>
    </>
  );
}
