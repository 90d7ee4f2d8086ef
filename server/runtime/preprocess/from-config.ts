import type { PreprocessSpec } from '../../../nodes/sdk/index.ts';

/**
 * What a `preprocessor_config.json` asks for, fields left out filled in as Transformers would.
 * @throws PatchbayError `preprocess.unsupported` naming the field that cannot be honoured
 */
export declare function preprocessFromConfig(config: unknown): PreprocessSpec;
