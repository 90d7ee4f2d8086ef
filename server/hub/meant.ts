import type { Catalog } from '../../models/catalog.ts';
import { type Message, nearestName, PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';

/** The most models that a hint names. */
const MAX_NAMED = 3;

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
/** Turns different spellings into the same text: `CLIP ViT-B/32`, `clip-vit-b-32` and `clip_vit_b32`. */
const plain = (text: string) => words(text).join('');
const nameOf = (id: string) => id.slice(id.indexOf('/') + 1);

/**
 * The ids of models in the catalogue that the user probably meant. If no whole name is similar, it compares the first
 * words.
 */
export function meantModels(text: string, { models }: Catalog): readonly string[] {
  const known = models.filter(({ repo }) => repo !== undefined);
  const forms = known.flatMap(({ id, title }) =>
    [title, nameOf(id), id].map((form) => [plain(form), id] as const),
  );
  const named = (found: string | undefined) => forms.find(([form]) => form === found)?.[1];
  const whole = named(
    nearestName(
      plain(text),
      forms.map(([form]) => form),
    ),
  );
  if (whole !== undefined) return [whole];
  const firsts = known.map(({ id }) => [words(nameOf(id))[0] ?? '', id] as const);
  const first = nearestName(words(nameOf(text))[0] ?? '', new Set(firsts.map(([word]) => word)));
  return firsts.flatMap(([word, id]) => (word === first ? [id] : [])).slice(0, MAX_NAMED);
}

/**
 * A hint for the hole `{hint?}`: the models that the user probably meant, or the recipe for a model that nobody
 * publishes.
 */
export function meantHint(text: string, catalog: Catalog): Message | undefined {
  const made = catalog.models.find(({ id, recipe }) => recipe !== undefined && plain(id) === plain(text));
  if (made?.recipe !== undefined)
    return hubMessage('hub.hint-recipe', { model: made.id, source: made.recipe });
  const names = meantModels(text, catalog);
  // The user wrote exactly a name of the catalogue.
  return names.length === 0 || names.includes(text) ? undefined : hubMessage('hub.hint-meant', { names });
}

/** The messages that have a hole for a hint. */
const MISSPELT = new Set(['hub.repo-id', 'hub.no-repo', 'hub.no-repo-for-token', 'hub.no-graph']);

/** Adds a hint to an error about an unknown name. */
export function withHint(error: PatchbayError, text: string, catalog: Catalog): PatchbayError {
  const { code, args, message } = error;
  const hint = MISSPELT.has(code) ? meantHint(text, catalog) : undefined;
  if (hint === undefined) return error;
  return new PatchbayError(
    { code, args: { ...args, hint }, message: `${message}${hint.message}` },
    { cause: error },
  );
}
