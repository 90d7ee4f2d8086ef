/** A number for a table cell: null, an empty cell, if it is not known or not a number. */
export const cellOf = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

/** The numbers that are known and finite, for metrics. */
export const finiteNumbers = (values: Readonly<Record<string, number | undefined>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number] => entry[1] !== undefined && Number.isFinite(entry[1]),
    ),
  );

/** The place of the largest number, the first of equal ones; 0 of an empty list. */
export function placeOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (values[best] as number)) best = at;
  return best;
}
