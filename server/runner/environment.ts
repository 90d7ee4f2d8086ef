import { NO_TELEMETRY } from '../runtime/ort/no-telemetry.ts';

/**
 * The environment variables a runner may read: paths of programs and temporary files, the language, and settings of GPU
 * drivers. Secrets in the server's environment are not passed on.
 */
const ALLOWED: readonly (string | RegExp)[] = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TZ',
  'LANG',
  /^LC_/,
  // Windows does not start programs without these. Their names can differ in case.
  /^(SystemRoot|SystemDrive|windir|TEMP|TMP|USERPROFILE|LOCALAPPDATA|APPDATA|ProgramData|NUMBER_OF_PROCESSORS|PATHEXT|ComSpec)$/i,
  'LD_LIBRARY_PATH',
  'XDG_RUNTIME_DIR',
  'XDG_CACHE_HOME',
  'DISPLAY',
  /^(VK_|CUDA_|NVIDIA_|DRI_|MESA_|OMP_)/,
  'PATCHBAY_DEBUG',
  // Settings for nodes of the user.
  /^PATCHBAY_NODE_/,
];

/** Returns the variables of `env` that a runner may read, and the one that keeps ONNX Runtime from reporting. */
export function runnerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const allowed = Object.entries(env).filter(([name]) =>
    ALLOWED.some((rule) => (typeof rule === 'string' ? rule === name : rule.test(name))),
  );
  return { ...Object.fromEntries(allowed), ...NO_TELEMETRY };
}

/** Removes every other variable from this process, so that nodes see the same ones as in a runner. */
export function limitEnvironment(): void {
  const allowed = runnerEnvironment(process.env);
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(allowed, name)) delete process.env[name];
  Object.assign(process.env, allowed);
}
