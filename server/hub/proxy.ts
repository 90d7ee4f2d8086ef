import { hubError } from './hub-error.ts';

/** The proxies that the environment names; empty where it names none. */
export interface ProxySettings {
  readonly http: string;
  readonly https: string;
  /** Hosts that are reached without one, as the variable is written. */
  readonly none: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** In lower case first, as curl and Python take them. */
const named = (env: Environment, name: string) => (env[name.toLowerCase()] ?? env[name] ?? '').trim();

function proxyOf(env: Environment, name: string): string {
  const written = named(env, name);
  if (written === '') return '';
  // A host and a port alone are usual.
  const address = written.includes('://') ? written : `http://${written}`;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw hubError(
      'proxy',
      `${name} is no address of an HTTP proxy: write it like http://127.0.0.1:3128. Other kinds, such as socks5, are not spoken; most such programs offer an HTTP port too.`,
    );
  return address;
}

/**
 * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case.
 * @throws PatchbayError `hub.proxy`.
 */
export const proxySettings = (env: Environment): ProxySettings => ({
  http: proxyOf(env, 'HTTP_PROXY'),
  https: proxyOf(env, 'HTTPS_PROXY'),
  none: named(env, 'NO_PROXY'),
});

interface Failure {
  readonly code?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
  readonly message?: unknown;
  readonly errors?: readonly Failure[];
}

/** What went wrong on the way to a proxy or at it, with its address but never its password; undefined where it was elsewhere. */
export function proxyTrouble(
  error: unknown,
  proxies: ProxySettings,
): { readonly error: Error; readonly passing: boolean } | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const failure: Failure = error;
  // A name with several addresses fails once for each.
  const first = failure.errors?.[0] ?? failure;
  const named = [proxies.https, proxies.http].filter((text) => text !== '').map((text) => new URL(text));
  const portOf = ({ port, protocol }: URL) => Number(port || (protocol === 'https:' ? 443 : 80));
  const status = /^Proxy (?:response \((\d+)\)|Authentication Required \((407)\))/.exec(
    String(failure.message),
  );
  const code = status?.[1] ?? status?.[2];
  const proxy = named.find(
    (url) => code !== undefined || first.port === portOf(url) || first.hostname === url.hostname,
  );
  if (!proxy) return undefined;
  const where = `The proxy ${proxy.host}, which HTTP_PROXY or HTTPS_PROXY names,`;
  if (code === '407')
    return {
      passing: false,
      error: hubError(
        'proxy',
        `${where} wants a name and a password: write them into the variable, http://NAME:PASSWORD@${proxy.host}, and start Patchbay again.`,
      ),
    };
  if (code !== undefined)
    return {
      passing: Number(code) >= 500,
      error: hubError(
        'proxy',
        `${where} does not let through to the hub (status ${code}): allow it there, or name the hub in NO_PROXY if it is reached without one.`,
      ),
    };
  return {
    passing: true,
    error: hubError(
      'proxy',
      `${where} cannot be reached (${String(failure.code)}): start it, or take the variable away and start Patchbay again.`,
    ),
  };
}
