/**
 * ONNX Runtime 1.30 reports to Microsoft unless this variable is 1: it looks up a host of Microsoft, and keeps an id and
 * a database in the user's cache. It reads the variable once, when it loads its first model.
 */
export const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' } as const;

// Every entry of a process imports this file first. On the main thread this also counts for all threads of the process,
// and for its children. A thread has a copy of the variables, so setting it there would be too late.
Object.assign(process.env, NO_TELEMETRY);
