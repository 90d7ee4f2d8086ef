import { useEffect, useRef } from 'react';

/** What the Back button closes, from below: a workflow, a panel, a window. */
const LEVELS = ['workflow', 'panel', 'window'] as const;

interface Layer {
  readonly level: (typeof LEVELS)[number];
  close: () => void;
}

/** Everything that is open, the topmost last. */
let layers: readonly Layer[] = [];
/** Whether the browser is on its way to another entry, which ends with a `popstate`. */
let isMoving = false;
let isPlanned = false;

const KEY = 'patchbayDepth';

/** How many layers were open when the present entry of the history was made. */
function depthNow(): number {
  const state: unknown = history.state;
  const depth =
    typeof state === 'object' && state !== null && KEY in state
      ? (state as Record<typeof KEY, unknown>)[KEY]
      : 0;
  return typeof depth === 'number' ? depth : 0;
}

/** An address that still opens a workflow must not get entries above it: going back to it would open the workflow again. */
const isAddressed = () => new URLSearchParams(location.hash.slice(1)).has('workflow');

/** Gives the history one entry for each open layer: adds the missing ones, leaves the ones of closed layers. */
function settle(): void {
  isPlanned = false;
  if (isMoving || isAddressed()) return;
  const depth = depthNow();
  if (layers.length < depth) {
    isMoving = true;
    history.go(layers.length - depth);
    return;
  }
  for (let next = depth + 1; next <= layers.length; next++) history.pushState({ [KEY]: next }, '');
}

/** Once all changes of one gesture are done: one window that replaces another needs no change of the history. */
function plan(): void {
  if (isPlanned) return;
  isPlanned = true;
  setTimeout(settle);
}

function goneTo(): void {
  const wasOurs = isMoving;
  isMoving = false;
  // A new address opens its workflow by itself.
  if (!wasOurs && !isAddressed()) {
    const depth = depthNow();
    const closing = layers.slice(depth).reverse();
    layers = layers.slice(0, depth);
    for (const layer of closing) layer.close();
  }
  plan();
}

/** Starts to close layers with the Back button of the browser. */
export function beginBack(): () => void {
  addEventListener('popstate', goneTo);
  plan();
  return () => removeEventListener('popstate', goneTo);
}

/** Takes the workflow of the address out of it, once it is open or has failed to open. */
export function forgetAddress(): void {
  history.replaceState(history.state, '', location.pathname);
  plan();
}

/**
 * Lets the Back button of the browser, or of a phone, close something that is open.
 * @param isOpen whether it is open
 * @param close closes it
 * @param level what lies above what, if it does not follow from the order of opening
 */
export function useBack(isOpen: boolean, close: () => void, level: Layer['level'] = 'window'): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!isOpen) return;
    const layer: Layer = { level, close: () => latest.current() };
    const rank = LEVELS.indexOf(level);
    const below = layers.filter((one) => LEVELS.indexOf(one.level) <= rank);
    layers = [...below, layer, ...layers.filter((one) => LEVELS.indexOf(one.level) > rank)];
    plan();
    return () => {
      layers = layers.filter((one) => one !== layer);
      plan();
    };
  }, [isOpen, level]);
}
