import type { Skipped } from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';

/** N rows of D numbers, filled in any order. The result leaves out rows that were never filled. */
export class VectorRows {
  readonly dims: number;
  readonly #numbers: Float32Array;
  readonly #filled: Uint8Array;

  constructor(count: number, dims: number) {
    this.dims = dims;
    this.#numbers = new Float32Array(count * dims);
    this.#filled = new Uint8Array(count);
  }

  /** Rows from..to as one view for writing; {@link fill} then marks the rows that count. */
  view(from: number, to: number): Float32Array {
    return this.#numbers.subarray(from * this.dims, to * this.dims);
  }

  has(row: number): boolean {
    return this.#filled[row] === 1;
  }

  /** Marks a row as filled. Without a vector, the row was written through a view. */
  fill(row: number, vector?: Float32Array): void {
    if (vector) this.#numbers.set(vector, row * this.dims);
    this.#filled[row] = 1;
  }

  /** Copies a filled row to another; an empty row is not copied. */
  copy(from: number, to: number): void {
    if (this.has(from)) this.fill(to, this.view(from, from + 1));
  }

  /** The filled rows without gaps, and their items. */
  finish<T>(items: readonly T[]): { data: Float32Array; items: readonly T[] } {
    const kept: T[] = [];
    items.forEach((item, row) => {
      if (!this.has(row)) return;
      if (kept.length !== row) {
        this.#numbers.copyWithin(kept.length * this.dims, row * this.dims, (row + 1) * this.dims);
      }
      kept.push(item);
    });
    return { data: this.view(0, kept.length), items: kept };
  }
}

/** Reasons for leaving items out, by path or name. */
export class SkipReasons {
  readonly #reasons = new Map<string, Pick<Skipped, 'reason' | 'passing'>>();

  add({ name, path, reason, passing }: Skipped): void {
    this.#reasons.set(path ?? name, { reason, ...(passing && { passing }) });
  }

  of(item: { name: string; path: string }): Pick<Skipped, 'reason' | 'passing'> {
    const known = this.#reasons.get(item.path) ?? this.#reasons.get(item.name);
    return known ?? { reason: encoderMessage('encode.unread') };
  }
}
