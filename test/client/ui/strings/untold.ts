/** Texts of the sources that nobody reads in the studio, and why. */
export interface Untold {
  readonly in: RegExp;
  /** Which of its texts; all of them where this is left out. */
  readonly says?: RegExp;
  readonly why: string;
}

export const UNTOLD: readonly Untold[] = [
  { in: /^server\/cli(\.ts|\/)/, why: 'The command line speaks English.' },
  {
    in: /^server\/(index|setup|load-nodes)\.ts$/,
    why: 'Printed where the server is started, before there is a studio.',
  },
  { in: /^server\/store\/(sqlite|schema)\.ts$/, why: 'Said at the start of the server; the rest is SQL.' },
  {
    in: /^server\/store\//,
    says: /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|WHERE|ORDER BY|BEGIN|COMMIT)\b/,
    why: 'SQL.',
  },
  {
    in: /^server\/http\/(openapi|docs-page|describe)/,
    why: 'The description of the interface is for programmers.',
  },
  {
    in: /^server\/http\//,
    says: /^(Bearer|private, |<!doctype|query parser|trust proxy)/,
    why: 'Words of HTTP.',
  },
  {
    in: /^server\/runtime\/models\/measured\.ts$/,
    says: /^PyTorch /,
    why: 'The name of a library, with its version.',
  },
  { in: /^server\/hub\//, says: /^(Bearer|blob) /, why: 'Words of HTTP and git.' },
  {
    in: /^server\/http\/routes\/embeddings\.ts$/,
    why: 'The interface that other programs know; the studio does not use it.',
  },
  {
    in: /^server\/http\/(live\/live|routes\/runs)\.ts$/,
    says: /run:watch|One client|Idempotency-Key|The same key/,
    why: 'Only a program that speaks to the server by itself can cause it.',
  },
  {
    in: /^server\/runtime\/(encoders|ops|ort|preprocess|images|models)\//,
    says: /^(encoder|vectors|states|latents|levels|model|with|weight|projection|facts|identity|preprocess|unit cosines|matmul|topK|transpose|row sum|best products|products|cosines|slice|concat|sums of levels|vectors of map)\b[^.]*$|^\{0\} to \{1\} of \{2\}$/,
    why: 'Names of graphs and of what is kept of them.',
  },
  {
    in: /^client\/(ui\/theme|results\/(color-scale|drawing)|canvas\/view|readme)/,
    why: 'Fonts, colours, selectors, and the making of the pictures in the README.',
  },
  { in: /^models\/catalog\.ts$/, why: 'Says to who edits the catalogue what is wrong in it.' },
  {
    in: /^nodes\/view\/patch-heatmap\.ts$/,
    says: /, counted from 1|^Patch heatmap$/,
    why: 'Title and help of the node, which the catalogue of nodes has.',
  },
];
