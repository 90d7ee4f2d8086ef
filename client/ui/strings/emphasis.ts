/** A name in asterisks. Patterns such as `cats/**` or `*.jpg` do not match. */
export const EMPHASIS = /(?<![\w/*])\*(?=[^\s*])([^*\n]+)(?<=[^\s/])\*(?!\w)/;
