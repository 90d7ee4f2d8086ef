import { useEffect, useState } from 'react';
import { type ReadView, readView } from '../../server/contract/view.ts';
import { runFileAddress } from '../ui/api/runs.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { readMatrix } from './safetensors.ts';

/** A view with all its data, or why the data is missing. */
export type WholeView =
  | { readonly state: 'ready'; readonly view: ReadView }
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

/** Reads the data of a view that is in files of the run. */
async function complete(view: ReadView, signal: AbortSignal): Promise<ReadView> {
  if (view.view === 'stored') return complete(readView(await storedJson(view.file, signal)), signal);
  if (view.view !== 'unloaded') return view;
  const { rows, columns, of } = view;
  const matrix = readMatrix(await (await fetched(view.file, signal)).arrayBuffer());
  if (matrix.rows !== rows || matrix.columns !== columns)
    throw new Error(`${matrix.rows} x ${matrix.columns}`);
  return { ...of, values: matrix.values };
}

const storedJson = async (file: string, signal: AbortSignal): Promise<unknown> =>
  (await fetched(file, signal)).json();

/** Reads a view's JSON with all its data. @throws an error if a file of it cannot be read */
export const wholeView = (json: unknown, signal: AbortSignal): Promise<ReadView> =>
  complete(readView(json), signal);

/** The JSON of a view; if it was too large for a message, it is read from its file. @throws an error if that cannot be read */
export async function wholeJson(json: unknown, signal: AbortSignal): Promise<unknown> {
  const view = readView(json);
  return view.view === 'stored' ? storedJson(view.file, signal) : json;
}

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
    complete(view, left.signal).then(
      (whole) => setLoaded({ of: json, result: { state: 'ready', view: whole } }),
      (error: unknown) => {
        if (left.signal.aborted) return;
        const reason = told(messageOf(error));
        setLoaded({ of: json, result: { state: 'failed', reason } });
      },
    );
    return () => left.abort();
  }, [view, json]);
  if (!isPartial(view)) return { state: 'ready', view };
  // The previous view stays until the data has loaded, so that the focus in it is not lost.
  const stays = loaded && (loaded.of === json || loaded.result.state === 'ready');
  return stays ? loaded.result : { state: 'loading' };
}
