import type { Catalog } from '../../models/catalog.ts';
import { chooseFiles, type Precision } from './choose-files.ts';
import type { FileHash } from './hashes.ts';
import { isOffline } from './hub-error.ts';
import { checkRevision, isContained, parseRepo } from './names.ts';
import { listRepository, type RepoFile } from './repository.ts';
import type { HubSettings } from './settings.ts';
import { listCached } from './shared-cache.ts';

/** A model that somebody wants. */
export interface ModelWish {
  /** owner/name, a page's address, or an id of the catalogue. */
  readonly repo: string;
  readonly revision?: string;
  readonly precision?: Precision;
}

/** What is fetched for a wish. */
export interface FetchPlan {
  readonly id: string;
  readonly title: string;
  readonly repo: string;
  readonly revision: string;
  readonly precision: Precision;
  /** The commit, where it is known before the first file is asked for. */
  readonly commit?: string;
  readonly family?: string;
  readonly license?: string;
  readonly files: readonly RepoFile[];
}

type CatalogModel = Catalog['models'][number];

/** The catalogue's entry for a wish, unless the wish is for another revision. */
export function catalogued({ repo, revision }: ModelWish, catalog: Catalog): CatalogModel | undefined {
  const found = catalog.models.find(
    (model) => model.repo !== undefined && (model.id === repo || model.repo === repo),
  );
  return found && (revision === undefined || revision === found.revision) ? found : undefined;
}

const asHash = (hex: string | undefined): FileHash | undefined =>
  hex === undefined ? undefined : { kind: 'sha256', hex };

/** @throws PatchbayError `hub.*`: no such repository, no graph in it, no such precision. */
export async function planFetch(
  wish: ModelWish,
  catalog: Catalog,
  settings: HubSettings,
  signal: AbortSignal,
): Promise<FetchPlan> {
  const entry = catalogued(wish, catalog);
  // Without the network the shared cache must know what is not written here.
  const complete = entry?.files.every(({ bytes, sha256 }) => bytes !== undefined && sha256 !== undefined);
  if (entry?.repo !== undefined && entry.files.length > 0 && (complete || !settings.offline)) {
    const all = entry.files.filter(({ path }) => isContained(path));
    const { precision, files } = chooseFiles(entry.repo, all, wish.precision);
    return {
      ...{
        id: entry.repo,
        title: entry.title,
        repo: entry.repo,
        revision: entry.revision ?? 'main',
        precision,
      },
      commit: entry.revision,
      family: entry.family,
      license: entry.license,
      files: files.map(({ path, bytes, sha256: hex }) => ({ path, bytes, hash: asHash(hex) })),
    };
  }
  const named = parseRepo(entry?.repo ?? wish.repo);
  const { repo } = named;
  const revision = checkRevision(wish.revision ?? named.revision ?? entry?.revision ?? 'main');
  const found = settings.offline
    ? await listCached(repo, revision, settings)
    : await listRepository(repo, revision, settings, signal);
  if (!found) throw isOffline(repo);
  const { precision, files } = chooseFiles(repo, found.files, wish.precision);
  const title = entry?.title ?? repo.slice(repo.indexOf('/') + 1);
  return {
    id: repo,
    title,
    repo,
    revision,
    precision,
    commit: found.commit,
    license: entry?.license ?? found.license,
    family: entry?.family,
    files,
  };
}
