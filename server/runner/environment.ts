/**
 * What a runner may know of the environment: where programs and temporary files are, the language, and what GPU drivers
 * look for. Secrets of whoever started the server are not among it.
 */
const ALLOWED: readonly (string | RegExp)[] = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TZ',
  'LANG',
  /^LC_/,
  // Windows does not start programs without these; names differ in case there.
  /^(SystemRoot|SystemDrive|windir|TEMP|TMP|USERPROFILE|LOCALAPPDATA|APPDATA|ProgramData|NUMBER_OF_PROCESSORS|PATHEXT|ComSpec)$/i,
  'LD_LIBRARY_PATH',
  'XDG_RUNTIME_DIR',
  'XDG_CACHE_HOME',
  'DISPLAY',
  /^(VK_|CUDA_|NVIDIA_|DRI_|MESA_|OMP_)/,
];

/** The variables of `env` that a runner is given. */
export function runnerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const allowed = Object.entries(env).filter(([name]) =>
    ALLOWED.some((rule) => (typeof rule === 'string' ? rule === name : rule.test(name))),
  );
  return Object.fromEntries(allowed);
}
