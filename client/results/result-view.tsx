/** What a result is drawn from. */
export interface ResultViewProps {
  /** JSON of a View. */
  readonly view: unknown;
  readonly size: 'node' | 'large';
  readonly nodeId: string;
}

/** A result as a picture. */
export function ResultView(_props: ResultViewProps) {
  return null;
}
