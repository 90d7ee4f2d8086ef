import { type FileHandle, open } from 'node:fs/promises';
import { addFile, type FileHash, Sums } from './hashes.ts';

interface Wanted {
  readonly bytes: number;
  readonly hash: FileHash;
}

/** A partly downloaded file with its hash so far. */
export class PartFile {
  readonly #file: FileHandle;
  readonly #want: Wanted;
  #sums: Sums;
  #bytes = 0;

  private constructor(file: FileHandle, want: Wanted) {
    this.#file = file;
    this.#want = want;
    this.#sums = new Sums(want);
  }

  /** Opens the part that an earlier try left, or a new file. @throws the system's error */
  static async open(path: string, want: Wanted, signal: AbortSignal): Promise<PartFile> {
    // Not opened in append mode, because then writes would ignore their position.
    const file = await open(path, 'r+').catch(() => open(path, 'w+'));
    const part = new PartFile(file, want);
    try {
      const { size } = await file.stat();
      if (size > want.bytes) await part.reset();
      else
        await addFile(path, part.#sums, signal, (bytes) => {
          part.#bytes += bytes;
        });
    } catch (error) {
      await file.close();
      throw error;
    }
    return part;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds bytes at the end. @throws the system's error, such as a full disk */
  async append(data: Buffer): Promise<void> {
    for (let offset = 0; offset < data.length; ) {
      const { bytesWritten } = await this.#file.write(
        data,
        offset,
        data.length - offset,
        this.#bytes + offset,
      );
      offset += bytesWritten;
    }
    this.#sums.update(data);
    this.#bytes += data.length;
  }

  /** Empties the file, to start again. */
  async reset(): Promise<void> {
    await this.#file.truncate(0);
    this.#sums = new Sums(this.#want);
    this.#bytes = 0;
  }

  /**
   * Checks the hash of the file, and flushes the file if the hash is right. Call {@link reset} to write again
   * afterwards.
   */
  async finish(): Promise<{ sha256: string; right: boolean }> {
    const found = this.#sums.finish(this.#want.hash);
    if (found.right) await this.#file.sync();
    return found;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
