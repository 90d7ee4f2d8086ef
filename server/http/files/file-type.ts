/** Types of pictures, which a browser can show without running code. All other files are downloads. */
const SIGNATURES: readonly { readonly type: string; readonly at: number; readonly bytes: string }[] = [
  { type: 'image/png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { type: 'image/jpeg', at: 0, bytes: '\xff\xd8\xff' },
  { type: 'image/gif', at: 0, bytes: 'GIF8' },
  { type: 'image/webp', at: 8, bytes: 'WEBP' },
  { type: 'image/avif', at: 4, bytes: 'ftypavif' },
  { type: 'image/avif', at: 4, bytes: 'ftypavis' },
  { type: 'image/tiff', at: 0, bytes: 'II*\0' },
  { type: 'image/tiff', at: 0, bytes: 'MM\0*' },
];

/** How many bytes {@link fileType} reads. */
export const SIGNATURE_BYTES = 16;

/** The type of a file by its first bytes. The type that the sender claims is ignored. */
export function fileType(head: Uint8Array): string {
  const text = Buffer.from(head.subarray(0, SIGNATURE_BYTES)).toString('latin1');
  const found = SIGNATURES.find(({ at, bytes }) => text.startsWith(bytes, at));
  return found?.type ?? 'application/octet-stream';
}

/** Whether a browser shows a type as a picture. */
export function isPicture(type: string): boolean {
  return SIGNATURES.some((signature) => signature.type === type);
}
