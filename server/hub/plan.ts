import type { Catalog } from '../../models/catalog.ts';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { chooseFiles, type Precision } from './choose-files.ts';
import type { FileHash } from './hashes.ts';
import { isOffline } from './hub-error.ts';
import { checkRevision, isCommit, isContained, parseRepo } from './names.ts';
import { listRepository, type RepoFile } from './repository.ts';
import type { HubSettings } from './settings.ts';
import { listCached } from './shared-cache.ts';

/** A model that a user wants to download. */
export interface ModelWish {
  /** owner/name, the address of its page, or an id of the catalogue. */
  readonly repo: string;
  readonly revision?: string;
  readonly precision?: Precision;
}

/** The files to download for a wish. */
export interface FetchPlan {
  readonly id: string;
  readonly title: string;
  readonly repo: string;
  readonly revision: string;
  readonly precision: Precision;
  /** The commit, if it is known before the first request for a file. */
  readonly commit?: string;
  readonly family?: string;
  readonly license?: string;
  readonly files: readonly RepoFile[];
  /**
   * Files that may contain the trained scale and bias, which the towers lack. They are not downloaded. Simplest first.
   */
  readonly trainedIn: readonly string[];
}

type CatalogModel = Catalog['models'][number];

/** Finds the entry of the catalogue for a wish; undefined if the wish is for another revision. */
export function catalogued({ repo, revision }: ModelWish, catalog: Catalog): CatalogModel | undefined {
  const found = catalog.models.find(
    (model) => model.repo !== undefined && (model.id === repo || model.repo === repo),
  );
  return found && (revision === undefined || revision === found.revision) ? found : undefined;
}

/**
 * Where to look for the trained scale and bias. A checkpoint has them in its header; a joint graph must be searched.
 */
const TRAINED_PLACES = ['model.safetensors', 'onnx/model.onnx', 'model.onnx'];

/** @param listed the files of the repository, if they were listed */
function trainedPlaces(
  entry: CatalogModel | undefined,
  files: readonly RepoFile[],
  listed?: readonly RepoFile[],
): string[] {
  const readsTexts = files.some(({ path }) => /(^|\/)text_model[^/]*\.onnx$/.test(path));
  if (!readsTexts || entry?.config?.logit_scale !== undefined) return [];
  return TRAINED_PLACES.filter((place) => listed?.some(({ path }) => path === place) ?? true);
}

const asHash = (hex: string | undefined): FileHash | undefined =>
  hex === undefined ? undefined : { kind: 'sha256', hex };

/**
 * The files of a repository that the catalogue lists, with their weights. Hashes of the catalogue override those of the
 * hub.
 */
function known({ files, repo = '' }: CatalogModel, listed: readonly RepoFile[], host: string): RepoFile[] {
  const named = new Map(files.map((file) => [file.path, file]));
  return listed.flatMap((file) => {
    const sha256 = named.get(file.path)?.sha256;
    if (sha256 !== undefined && file.hash?.kind === 'sha256' && file.hash.hex !== sha256)
      throw new PatchbayError(hubMessage('hub.other-file', { host, file: file.path, repo }));
    const graph = file.path.replace(/\.onnx[_.]data(_\d+)?$/, '.onnx');
    return named.has(graph) ? [{ ...file, hash: asHash(sha256) ?? file.hash }] : [];
  });
}

/** Finds the files to download for a wish. @throws PatchbayError `hub.*` for an unknown repository, graph or precision */
export async function planFetch(
  wish: ModelWish,
  catalog: Catalog,
  settings: HubSettings,
  signal: AbortSignal,
): Promise<FetchPlan> {
  const entry = catalogued(wish, catalog);
  const named = parseRepo(entry?.repo ?? wish.repo);
  const { repo } = named;
  const revision = checkRevision(wish.revision ?? named.revision ?? entry?.revision ?? 'main');
  const { family, title = repo.slice(repo.indexOf('/') + 1) } = entry ?? {};
  const about = { id: repo, repo, revision, title, family };
  const whole = entry?.files.every(({ bytes, sha256 }) => bytes !== undefined && sha256 !== undefined);
  if (entry && whole && entry.files.length > 0 && isCommit(revision)) {
    const all = entry.files.filter(({ path }) => isContained(path));
    const { precision, files } = chooseFiles(repo, all, wish.precision);
    return {
      ...{ ...about, precision, commit: revision, license: entry.license },
      files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, hash: asHash(sha256) })),
      trainedIn: trainedPlaces(entry, files),
    };
  }
  const found = settings.offline
    ? await listCached(repo, revision, settings)
    : await listRepository(repo, revision, settings, signal);
  if (!found) throw isOffline(repo);
  const listed =
    entry && entry.files.length > 0 ? known(entry, found.files, settings.endpoint.host) : found.files;
  const { precision, files } = chooseFiles(repo, listed, wish.precision);
  return {
    ...{ ...about, precision, files, commit: found.commit, license: entry?.license ?? found.license },
    trainedIn: trainedPlaces(entry, files, found.files),
  };
}
