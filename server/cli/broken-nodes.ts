import type { Registry } from '../engine/registry.ts';

/** Prints on stderr which files and folders of nodes were left out, and why. @returns how many */
export function tellBrokenNodes({ faults }: Registry, except: ReadonlySet<string> = new Set()): number {
  const told = faults.filter(({ type }) => type === undefined || !except.has(type));
  for (const { message } of told) console.error(message.message);
  return told.length;
}
