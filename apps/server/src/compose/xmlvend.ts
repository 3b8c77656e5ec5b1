// The door for shops that speak XMLVend, when the configuration opens it.

import { readFileSync } from 'node:fs';
import { trustedProxies } from '../base/http/trusted-proxies.ts';
import type { Log } from '../base/log.ts';
import { serveXmlvend, type XmlvendServer } from '../edge/xmlvend/index.ts';
import type { Config } from './config.ts';
import type { Services } from './services.ts';

export async function xmlvendOf(
  { xmlvend, trustedProxies: names }: Pick<Config, 'xmlvend' | 'trustedProxies'>,
  o: { readonly services: Services; readonly log: Log },
): Promise<XmlvendServer | null> {
  if (xmlvend === null) return null;
  const proxies = trustedProxies(names);
  if (!proxies.ok) throw new Error('the configuration was not checked');
  const { tls, host, port, serverId, proxyHeader } = xmlvend;
  const { database, vendors, utilities, clocks, newUuid } = o.services;
  return serveXmlvend(
    { database, vendors, utilities, clocks, newUuid, serverId, log: o.log },
    {
      ...{ host, port, proxyHeader, isProxy: proxies.value },
      tls:
        tls === null
          ? null
          : {
              cert: readFileSync(tls.certFile, 'utf8'),
              key: readFileSync(tls.keyFile, 'utf8'),
              clientCa: tls.clientCaFile === null ? null : readFileSync(tls.clientCaFile, 'utf8'),
            },
    },
  );
}
