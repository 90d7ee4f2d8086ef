/** The section of the model card about few pictures, made from the figures that `run.mjs` measured. */

export const BEGIN = '<!-- shots: written by models/recipes/emoji-clip/shots/run.mjs -->';
export const END = '<!-- /shots -->';

/** Names of the methods in the card, in its order. The keys are those of the outputs of `workflow.json`. */
export const METHODS = {
  'zero-shot': 'zero-shot (no picture)',
  knn: 'nearest neighbours',
  prototypes: 'prototypes',
  'with-words': 'prototypes with words',
  probe: 'linear probe',
  lora: 'LoRA, then zero-shot',
};

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The standard deviation with n - 1. */
export const spread = (values) => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
};

const percent = (share) => (100 * share).toFixed(1);
const list = (words) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** Which methods do worse than zero-shot on average, and by how much. */
function worse({ shots, scores }) {
  const found = Object.keys(METHODS).flatMap((method) => {
    if (method === 'zero-shot') return [];
    const below = shots
      .map((count) => [count, mean(scores[method][count]) - mean(scores['zero-shot'][count])])
      .filter(([, difference]) => difference < 0);
    if (below.length === 0) return [];
    const most = Math.min(...below.map(([, difference]) => difference));
    const where =
      below.length === shots.length
        ? 'at every number of pictures'
        : `at ${list(below.map(([count]) => count))}`;
    return [`- ${METHODS[method]}: ${where}, by up to ${percent(-most)} points`];
  });
  return found.length === 0
    ? 'No method is worse than zero-shot on average.'
    : `**Worse than zero-shot on average:**\n\n${found.join('\n')}`;
}

/**
 * The section as Markdown.
 * @param figures what `run.mjs` writes to `models/emoji-clip/shots.json`: for each method and number of shots the macro recall of each seed
 */
export function sectionOf(figures) {
  const { shots, seeds, scores, categories, pictures, judged } = figures;
  const cell = (values) => `${percent(mean(values))} ± ${percent(spread(values))}`;
  const rows = Object.entries(METHODS).map(
    ([method, title]) => `| ${title} | ${shots.map((count) => cell(scores[method][count])).join(' | ')} |`,
  );
  return `${BEGIN}

## A few pictures of each category

How many percent of the held-out style are sorted right after learning from 1 to ${Math.max(...shots)} pictures per category: the mean over
categories, so that each counts the same (macro recall), as mean ± standard deviation over ${seeds} seeds.

| pictures per category | ${shots.join(' | ')} |
|---|${shots.map(() => '---|').join('')}
${rows.join('\n')}

${worse(figures)}

How it was measured:

- ${pictures} Twemoji pictures of ${categories.length} categories: ${categories.join(', ')}. These are the
  category words of the figures above that name at least ${figures.least} pictures by their emoji subgroup. Pictures with equal bytes count once.
- Seed s (0 to ${seeds - 1}) shuffles each category. Learning from n takes its first n pictures. All methods and all n are judged on the same
  ${judged} pictures, which are all but the first ${Math.max(...shots)} of each category.
- Zero-shot, "prototypes with words" and LoRA also get the plain words of the categories, which training of emoji-clip saw as texts. The
  others know only the pictures that they learn from.
- All settings are the defaults of the nodes. LoRA holds nothing out, because there is nothing to spare. Its seed is s.

\`workflow.json\` of the recipe holds the methods. One command measures again and writes this section (build Patchbay first):

\`\`\`
node models/recipes/emoji-clip/shots/run.mjs /tmp/shots
\`\`\`

${END}`;
}

/** A model card with the section in its place. @throws Error if the card has no such place */
export function withSection(card, section) {
  const [from, to] = [card.indexOf(BEGIN), card.indexOf(END)];
  if (from < 0 || to < from)
    throw new Error('The model card has no place for the section: its two comments are missing.');
  return card.slice(0, from) + section + card.slice(to + END.length);
}
