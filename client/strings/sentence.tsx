/** A sentence whose names stand in asterisks, with those names emphasised. */
export function Sentence({ text }: { readonly text: string }) {
  const parts = text.split(/\*([^*\n]+)\*/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <em key={index}>{part}</em> : part))}</>;
}
