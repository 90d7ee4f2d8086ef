/** The WebAssembly of kernels.wat, as base64. */
export function assembled(): Promise<string>;
