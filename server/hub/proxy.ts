import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';

/** The proxies in the environment; empty texts if there are none. */
export interface ProxySettings {
  readonly http: string;
  readonly https: string;
  /** The hosts to reach without a proxy, as the variable lists them. */
  readonly none: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The lower-case variable takes precedence, as in curl and Python. */
const named = (env: Environment, name: string) => (env[name.toLowerCase()] ?? env[name] ?? '').trim();

function proxyOf(env: Environment, name: string): string {
  const written = named(env, name);
  if (written === '') return '';
  // Many people write only a host and a port.
  const address = written.includes('://') ? written : `http://${written}`;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new PatchbayError(hubMessage('hub.proxy-address', { variable: name }));
  return address;
}

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in upper or lower case.
 * @throws PatchbayError `hub.proxy-address`
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

/**
 * The error for a request that a proxy refused or that did not reach it; undefined if the proxy is not the cause. The
 * message shows the address of the proxy without its password. `passing`: another try may succeed.
 */
export function proxyTrouble(
  error: unknown,
  proxies: ProxySettings,
): { readonly error: PatchbayError; readonly passing: boolean } | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const failure: Failure = error;
  // A host name with several addresses fails once per address.
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
  const { host } = proxy;
  if (code === '407')
    return { passing: false, error: new PatchbayError(hubMessage('hub.proxy-login', { proxy: host })) };
  if (code !== undefined)
    return {
      passing: Number(code) >= 500,
      error: new PatchbayError(hubMessage('hub.proxy-refused', { proxy: host, status: code })),
    };
  const reason = String(failure.code);
  return {
    passing: true,
    error: new PatchbayError(hubMessage('hub.proxy-unreachable', { proxy: host, reason })),
  };
}
