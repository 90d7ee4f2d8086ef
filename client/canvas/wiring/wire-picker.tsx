import { useMemo, useState } from 'react';
import { type End, WiringView } from '../../document/connect.ts';
import { nameOfNode } from '../../document/node-name.ts';
import { useCatalogue } from '../../ui/api/catalogue.ts';
import { nodeText, t } from '../../ui/strings/index.ts';
import { lookOf, PortMark } from '../../ui/theme/ports.tsx';
import { closeFloating, useCanvasUi } from '../canvas-ui.ts';
import { contentNow } from '../flow.ts';
import { PickList } from '../search/pick-list.tsx';
import { aim } from '../view.ts';
import { connect, wiresInto } from './join.ts';

interface Offer {
  readonly from: End;
  readonly to: End;
  readonly label: string;
  readonly type: ReturnType<typeof lookOf>;
  /** The position in the list. Required inputs without a wire come first. */
  readonly order: number;
}

/** All wires that could be added to a node, the most likely ones first. */
export function offersAt(id: string): Offer[] {
  const content = contentNow();
  const { types } = useCatalogue.getState();
  const view = new WiringView(content, types);
  const portsOf = (node: string) => types[content.nodes[node]?.type ?? ''];
  const name = (node: string) => nameOfNode(content.nodes[node]!);
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

/** Connects nodes with the keyboard: a list of possible wires, filtered by words. */
export function WirePicker() {
  const picker = useCanvasUi((ui) => ui.picker);
  return picker === null ? null : <Popup key={picker} id={picker} />;
}

function Popup({ id }: { readonly id: string }) {
  const [query, setQuery] = useState('');
  const offers = useMemo(() => offersAt(id), [id]);
  const words = query.toLowerCase().split(/\s+/);
  const found = offers
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
    .slice(0, 60);
  const [at] = useState(aim);
  const choose = async (offer: Offer) => {
    closeFloating();
    const refused = await connect(offer.from, offer.to);
    if (refused) useCanvasUi.setState({ refused: { ...refused, from: offer.from, to: offer.to, at } });
  };
  return (
    <>
      <div className="pb-backdrop" aria-hidden="true" onPointerDown={closeFloating} />
      <search
        className="pb-search"
        style={{ left: Math.max(8, innerWidth / 2 - 240), top: 120, width: 480, maxHeight: 400 }}
      >
        <PickList
          label={t('canvas.wirePicker')}
          query={query}
          onQuery={setQuery}
          found={found}
          keyOf={({ label }) => label}
          row={({ type, label }) => (
            <>
              <PortMark type={type} size={10} /> <span className="pb-search-title">{label}</span>
            </>
          )}
          onChoose={(offer) => void choose(offer)}
          onLeave={closeFloating}
          none={t('canvas.wireNone')}
        />
      </search>
    </>
  );
}
