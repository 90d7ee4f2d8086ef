import { useEffect, useState } from 'react';
import { type ReadView, readView } from '../../server/contract/view.ts';
import { runFileAddress } from '../ui/api/runs.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { readMatrix } from './safetensors.ts';

/** A view with all its data, or why the data is missing. */
export type WholeView =
  | { readonly state: 'ready'; readonly view: ReadView; readonly json: unknown }
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly reason: string };

const isPartial = ({ view }: ReadView): boolean => view === 'stored' || view === 'unloaded';

async function fetched(path: string, signal: AbortSignal): Promise<Response> {
  const address = runFileAddress(path);
  if (address === undefined) throw new Error(path);
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response;
}

async function complete(
  view: ReadView,
  json: unknown,
  signal: AbortSignal,
): Promise<{ view: ReadView; json: unknown }> {
  if (view.view === 'stored') {
    const stored: unknown = await (await fetched(view.file, signal)).json();
    return complete(readView(stored), stored, signal);
  }
  if (view.view !== 'unloaded') return { view, json };
  const { rows, columns, of } = view;
  const matrix = readMatrix(await (await fetched(view.file, signal)).arrayBuffer());
  if (matrix.rows !== rows || matrix.columns !== columns)
    throw new Error(`${matrix.rows} x ${matrix.columns}`);
  return { view: { ...of, values: matrix.values }, json };
}

/** Reads a view's JSON with all its data. @throws an error if a file of it cannot be read */
export const wholeView = async (json: unknown, signal: AbortSignal): Promise<ReadView> =>
  (await complete(readView(json), json, signal)).view;

/** Reads a view's JSON. Data that was too large for a message is loaded from the run's files. */
export function useWholeView(json: unknown): WholeView {
  const [read, setRead] = useState(() => ({ json, view: readView(json) }));
  const [loaded, setLoaded] = useState<{ of: unknown; result: WholeView }>();
  // Each JSON object is read once, however often its node renders.
  const present = read.json === json ? read : { json, view: readView(json) };
  if (present !== read) setRead(present);
  const { view } = present;
  useEffect(() => {
    if (!isPartial(view)) return;
    const left = new AbortController();
    complete(view, json, left.signal).then(
      (whole) => setLoaded({ of: json, result: { state: 'ready', ...whole } }),
      (error: unknown) => {
        if (left.signal.aborted) return;
        const reason = told(messageOf(error));
        setLoaded({ of: json, result: { state: 'failed', reason } });
      },
    );
    return () => left.abort();
  }, [view, json]);
  if (!isPartial(view)) return { state: 'ready', view, json };
  // The previous view stays until the data has loaded, so that the focus in it is not lost.
  const stays = loaded && (loaded.of === json || loaded.result.state === 'ready');
  return stays ? loaded.result : { state: 'loading' };
}
