import { FILTER_TEMPLATES } from './collection-filter.ts';
import { COLLECTION_TEMPLATES } from './collections.ts';
import { FILE_NAME_TEMPLATES } from './file-names.ts';
import { FINITE_TEMPLATES } from './finite.ts';
import { IMAGE_TEMPLATES } from './images.ts';
import { LEARNING_TEMPLATES } from './learning.ts';
import { LORA_TEMPLATES } from './lora-lesson.ts';
import { MAP_TEMPLATES } from './maps.ts';
import { MODEL_TEMPLATES } from './models.ts';
import { PROBABILITY_TEMPLATES } from './probability.ts';
import { PROJECTION_TEMPLATES } from './projection.ts';
import { PROMPT_TEMPLATES } from './prompt-templates.ts';
import { READING_TEMPLATES } from './reading.ts';
import { SELECTION_TEMPLATES } from './selection.ts';
import { SPACE_TEMPLATES } from './space.ts';
import { TABLE_TEMPLATES } from './tables.ts';
import { TOKEN_TEMPLATES } from './tokens.ts';
import { TRUTH_TEMPLATES } from './truth.ts';
import { word } from './words.ts';

/** The templates of all messages of the SDK, by code. Clients need them to show messages in another language. */
export const SDK_TEMPLATES = {
  ...word.templates,
  ...COLLECTION_TEMPLATES,
  ...FILE_NAME_TEMPLATES,
  ...FILTER_TEMPLATES,
  ...FINITE_TEMPLATES,
  ...IMAGE_TEMPLATES,
  ...LEARNING_TEMPLATES,
  ...LORA_TEMPLATES,
  ...MAP_TEMPLATES,
  ...MODEL_TEMPLATES,
  ...PROBABILITY_TEMPLATES,
  ...PROJECTION_TEMPLATES,
  ...PROMPT_TEMPLATES,
  ...READING_TEMPLATES,
  ...SELECTION_TEMPLATES,
  ...SPACE_TEMPLATES,
  ...TABLE_TEMPLATES,
  ...TOKEN_TEMPLATES,
  ...TRUTH_TEMPLATES,
};
