import type { Catalog } from '../../models/catalog.ts';
import { nearestName, PatchbayError } from '../../nodes/sdk/index.ts';

/** More would be a list, and no question. */
const MAX_NAMED = 3;

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
/** As it is remembered: `CLIP ViT-B/32`, `clip-vit-b-32` and `clip_vit_b32` are one. */
const plain = (text: string) => words(text).join('');
const nameOf = (id: string) => id.slice(id.indexOf('/') + 1);

/** The models of the catalogue that were probably meant, by their ids; those of a near first word where no whole name is near. */
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

/** ` Did you mean ...?`, or how to make what nobody publishes; empty where nothing is near. */
export function meantHint(text: string, catalog: Catalog): string {
  const made = catalog.models.find(({ id, recipe }) => recipe !== undefined && plain(id) === plain(text));
  if (made)
    return ` Nobody publishes ${made.id} as ONNX: make it with "python models/recipes/export.py ${made.recipe} ${made.id}", then add that folder.`;
  const names = meantModels(text, catalog);
  return names.length === 0 ? '' : ` Did you mean ${names.join(', ')}?`;
}

const MISSPELT = new Set(['hub.repo-id', 'hub.no-repo', 'hub.no-graph']);

/** The same error, with what was probably meant where a name was not known. */
export function withHint(error: PatchbayError, text: string, catalog: Catalog): PatchbayError {
  const { code, message } = error;
  const hint = MISSPELT.has(code) ? meantHint(text, catalog) : '';
  // Whoever wrote a name of the catalogue meant that.
  if (hint === '' || hint.includes(` ${text}?`)) return error;
  return new PatchbayError({ code, message: `${message}${hint}` }, { cause: error });
}
