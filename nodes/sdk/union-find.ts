/** Sets that grow together: which of n things belong together when some pairs do. */
export class DisjointSets {
  readonly #parents: Int32Array;

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, at) => at);
  }

  /** The first thing of the set of a thing. */
  find(thing: number): number {
    const parents = this.#parents;
    let top = thing;
    while (parents[top] !== top) {
      parents[top] = parents[parents[top]!]!;
      top = parents[top]!;
    }
    return top;
  }

  /** Makes one set of the sets of two things. */
  join(one: number, other: number): void {
    const [a, b] = [this.find(one), this.find(other)];
    this.#parents[Math.max(a, b)] = Math.min(a, b);
  }

  /** The sets of two and more things, each in ascending order, in the order of their first things. */
  groups(): number[][] {
    const sets = new Map<number, number[]>();
    for (const thing of this.#parents.keys()) {
      const top = this.find(thing);
      const set = sets.get(top);
      if (set) set.push(thing);
      else sets.set(top, [thing]);
    }
    return [...sets.values()].filter(({ length }) => length > 1);
  }
}
