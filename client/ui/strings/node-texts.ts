/** Texts of a node type in one language; ports and params as [title, help], a select's with its choices by value. */
export interface NodeTexts {
  readonly title: string;
  readonly help: string;
  readonly inputs?: Readonly<Record<string, readonly [title: string, help: string]>>;
  readonly outputs?: Readonly<Record<string, readonly [title: string, help: string]>>;
  readonly params?: Readonly<
    Record<string, readonly [title: string, help: string, choices?: Readonly<Record<string, string>>]>
  >;
}
