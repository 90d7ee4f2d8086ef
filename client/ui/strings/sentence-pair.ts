/** A sentence of the server or the rule of wiring, and its Chinese; `{x}` stands for what varies, what follows `||` may be absent. */
export type SentencePair = readonly [english: string, chinese: string];
