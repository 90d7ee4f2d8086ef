/** A file that may be on another machine. Read it in few pieces. */
export interface ByteFile {
  /** Its path in the repository; the ending states the format. */
  readonly path: string;
  readonly size: number;
  /** Bytes start..end. @throws when it cannot get them */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}
