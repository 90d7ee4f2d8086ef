import { z } from 'zod';

/** The most names to remember. */
const MOST = 50;

/** A list of names that the browser keeps, for example of tabs in which something is switched on. */
export function keptNames(key: string) {
  const read = (): readonly string[] => {
    try {
      return z.array(z.string()).parse(JSON.parse(localStorage.getItem(key) ?? '[]'));
    } catch {
      return [];
    }
  };
  return {
    read,
    keep(names: readonly string[], isOn: boolean): void {
      try {
        // Other windows write here too.
        const others = read().filter((one) => !names.includes(one));
        localStorage.setItem(key, JSON.stringify([...others, ...(isOn ? names : [])].slice(-MOST)));
      } catch {
        // Storage is full or blocked: after a reload it is off, and the switch says so.
      }
    },
  };
}
