/** A file that may be far away: read in pieces, and as few of them as can be. */
export interface ByteFile {
  /** Its path in the repository, which says what it is. */
  readonly path: string;
  readonly size: number;
  /** Bytes start..end. @throws where they cannot be had. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}
