/** Where a result is drawn: in its node, or in a dialog of its own. */
export type Size = 'node' | 'large';
