// Whose word about a client's address is taken: only that of proxies that the configuration names.
// Anybody else who sends X-Forwarded-For is the client.

import { BlockList, isIP } from 'node:net';

export type TrustedProxies = (address: string) => boolean;

/** Names no proxy. */
export const noProxies: TrustedProxies = () => false;

/** Addresses and ranges like `10.0.0.0/8`, or the first that is none of these. */
export function trustedProxies(
  names: readonly string[],
):
  | { readonly ok: true; readonly value: TrustedProxies }
  | { readonly ok: false; readonly at: string } {
  const list = new BlockList();
  for (const name of names) {
    const [address = '', bits, ...rest] = name.split('/');
    const version = isIP(address);
    const longest = version === 6 ? 128 : 32;
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest);
    if (version === 0 || !fits || rest.length > 0) return { ok: false, at: name };
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return {
    ok: true,
    value: (given) => {
      const address = given.replace(/^::ffff:(?=\d+\.)/i, '');
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
    },
  };
}
