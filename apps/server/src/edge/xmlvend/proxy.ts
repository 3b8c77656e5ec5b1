// The certificate of a client whose TLS a proxy has ended: its SHA-256 in a header, which counts
// from a named proxy alone, and only when it was given once.

import type { TrustedProxies } from '../../base/http/trusted-proxies.ts';

export function fingerprintTold(
  listen: { readonly proxyHeader: string | null; readonly isProxy: TrustedProxies },
  from: {
    readonly remoteAddress: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  },
): Buffer | null {
  if (listen.proxyHeader === null || !listen.isProxy(from.remoteAddress)) return null;
  const told = from.headers[listen.proxyHeader];
  const plain = typeof told === 'string' ? told.trim().replaceAll(':', '').toLowerCase() : '';
  return /^[0-9a-f]{64}$/.test(plain) ? Buffer.from(plain, 'hex') : null;
}
