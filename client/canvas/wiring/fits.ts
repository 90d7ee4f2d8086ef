import { create } from 'zustand';
import type { Said } from '../../../nodes/sdk/messages.ts';
import { WiringView } from '../../document/connect.ts';
import { useCatalogue } from '../../ui/api/catalogue.ts';
import { t } from '../../ui/strings/index.ts';
import { told } from '../../ui/strings/told.ts';
import type { Loose } from '../canvas-ui.ts';
import { contentNow } from '../flow.ts';

interface Fits {
  readonly loose: Loose | null;
  readonly view: WiringView | null;
}

/** The wire that is being dragged, and the workflow indexed for wiring. */
const useLoose = create<Fits>(() => ({ loose: null, view: null }));

/** Called when a drag of a wire starts. */
export function beginFits(loose: Loose): void {
  useLoose.setState({ loose, view: new WiringView(contentNow(), useCatalogue.getState().types) });
}

/** Called when the drag ends. */
export function endFits(): void {
  useLoose.setState({ loose: null, view: null });
}

/**
 * Why the dragged wire cannot end at this port, or null if it can. At an input with a wire, it would replace that wire.
 */
export function reasonAt(node: string, port: string, side: 'input' | 'output'): string | null {
  const { loose, view } = useLoose.getState();
  const found = loose && view ? reason(loose, view, node, port, side) : null;
  return found && told(found);
}

function reason(
  loose: Loose,
  view: WiringView,
  node: string,
  port: string,
  side: 'input' | 'output',
): Said | null {
  if (loose.side === side)
    return node === loose.end.node && port === loose.end.port ? null : t(`canvas.same.${side}`);
  const here = { node, port };
  const [from, to] = loose.side === 'output' ? [loose.end, here] : [here, loose.end];
  return view.refusal(from, to, true);
}

/** Whether a port accepts the wire that is being dragged; true if there is none. */
export function useFits(node: string, port: string, side: 'input' | 'output'): boolean {
  return useLoose(({ loose, view }) => !loose || !view || reason(loose, view, node, port, side) === null);
}
