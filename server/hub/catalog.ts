import catalogFile from '../../models/catalog.json' with { type: 'json' };
import { parseCatalog } from '../../models/catalog.ts';
import type { ListedModel } from '../contract/models.ts';
import { chooseFiles, type Precision } from './choose-files.ts';

/** The models that Patchbay knows by name. */
export const catalog = parseCatalog(catalogFile);

type CatalogModel = (typeof catalog.models)[number];

function choiceOf({ repo = '', files }: CatalogModel): {
  precisions: readonly Precision[];
  bytes: number | undefined;
} {
  try {
    const chosen = chooseFiles(repo, files, undefined);
    // Without the size of every graph, the sum would be far too small.
    const isKnown = chosen.files.every(({ path, bytes }) => bytes !== undefined || !path.includes('.onnx'));
    const bytes = isKnown ? chosen.files.reduce((sum, one) => sum + (one.bytes ?? 0), 0) : undefined;
    return { precisions: chosen.precisions, bytes };
  } catch {
    return { precisions: [], bytes: undefined };
  }
}

/** Lists the models of the catalogue that can be downloaded. */
export function availableModels(): ListedModel[] {
  return catalog.models.flatMap((model): ListedModel[] => {
    const { repo, title, family, license, summary, dims } = model;
    if (repo === undefined) return [];
    const { precisions, bytes } = choiceOf(model);
    return [
      {
        ...{ id: repo, title, family, license, summary, precisions: [...precisions], available: true },
        ...(dims !== undefined && { dims }),
        ...(bytes !== undefined && { bytes }),
      },
    ];
  });
}
