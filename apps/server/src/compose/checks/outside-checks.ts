// What an installation needs of others: broker, message gateways, and its own public address.
// Nothing is bought or sent.

import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createMailServer } from '../../messaging/mail/index.ts';
import { brokerFault } from '../../metering/headend/index.ts';
import type { Config } from '../config.ts';
import { gatewaysOf } from '../message-gateways.ts';
import { type Finding, fault, warning, well } from './finding.ts';

const patienceMs = 10_000;

export async function brokerFindings(config: Config): Promise<readonly Finding[]> {
  const { external, host, port } = config.mqtt;
  if (external === null) {
    const at = `${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
    const isThere = await listens(host === '0.0.0.0' ? '127.0.0.1' : host, port);
    return isThere
      ? [well('broker', `the embedded broker listens at ${at}`)]
      : [
          warning(
            'broker',
            `nobody listens at ${at}`,
            'The broker is part of the server: start it.',
          ),
        ];
  }
  const ca = external.caFile === undefined ? undefined : readFileSync(external.caFile, 'utf8');
  const password = config.secrets.mqttPassword ?? '';
  return Promise.all(
    external.urls.map(async (url) => {
      const why = await brokerFault({ url, password, ca, patienceMs });
      return why === null
        ? well('broker', `${url} lets the head-end in, and listen`)
        : fault('broker', `${url}: ${why}`, 'See docs/operating/brokers.md.');
    }),
  );
}

const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: patienceMs });
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

export async function gatewayFindings(config: Config): Promise<readonly Finding[]> {
  const advice = 'Compare its entry in the secrets file; see docs/operating/messages.md.';
  const findings: Finding[] = [];
  for (const { name, check } of gatewaysOf(config)) {
    const checked = await check();
    findings.push(
      checked.ok
        ? well('gateway', `${name}: ${checked.value}`)
        : fault('gateway', `${name}: ${checked.error}`, advice),
    );
  }
  return findings;
}

export async function mailFindings({ secrets }: Config): Promise<readonly Finding[]> {
  const advice = 'Compare `mail` in the secrets file; see docs/operating/messages.md.';
  const findings: Finding[] = [];
  for (const config of secrets.mail) {
    const server = createMailServer(config);
    const checked = await server.check();
    server.close();
    findings.push(checked.ok ? well('mail', checked.value) : fault('mail', checked.error, advice));
  }
  return findings;
}

/** Codes of TLS for a certificate of nobody that is trusted here. */
const unknownAuthority = /^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(VERIFY_LEAF|GET_ISSUER)/;

/** What a proxy says when nobody answers behind it. */
const proxyStatuses: readonly number[] = [502, 503, 504];

const notOurs = (origin: string, status: number): Finding =>
  proxyStatuses.includes(status)
    ? fault(
        'addresses',
        `${origin} answers ${status}: the proxy is there, and no server answers it`,
        'Start the server; if it runs, let the proxy hand on to its PREWATT_HTTP_PORT.',
      )
    : fault(
        'addresses',
        `${origin} answers ${status}, and it is not Prewatt`,
        'Look at the proxy: it should hand on to PREWATT_HTTP_PORT.',
      );

/** The server as people reach it: through the proxy, where there is one. */
export async function publicFindings(config: Config): Promise<readonly Finding[]> {
  const url = new URL('/health', config.publicUrl);
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
    const body = (await answer.json().catch(() => null)) as { status?: unknown } | null;
    if (typeof body?.status !== 'string') {
      return [notOurs(url.origin, answer.status)];
    }
    const text = `${url.origin} answers: ${body.status}`;
    const own =
      body.status === 'ready'
        ? well('addresses', text)
        : warning('addresses', text, 'See the log.');
    return [own, ...(url.protocol === 'https:' ? await servedCertificate(url, config) : [])];
  } catch (error) {
    const { cause, message } = error as { cause?: { code?: string }; message?: string };
    const why = cause?.code ?? message ?? '';
    const text = `${url.origin} does not answer (${why})`;
    const advice = unknownAuthority.test(why)
      ? 'Its certificate is of no authority that is known here: take one of a public authority, or set NODE_EXTRA_CA_CERTS to the file of yours (PEM) for this command.'
      : 'Start the server, and look at the proxy and its certificate.';
    return [warning('addresses', text, advice)];
  }
}

const servedCertificate = (url: URL, config: Config): Promise<readonly Finding[]> =>
  new Promise((resolve) => {
    const port = url.port === '' ? 443 : Number(url.port);
    const name = /^[\d.]+$|^\[/.test(url.hostname) ? {} : { servername: url.hostname };
    const socket = connectTls({ host: url.hostname, port, ...name, timeout: patienceMs }, () => {
      const endMs = Date.parse(socket.getPeerCertificate().valid_to);
      socket.destroy();
      const days = Math.floor((endMs - config.clocks.real.nowMs()) / 86_400_000);
      const text = `the certificate of ${url.origin} ends in ${days} days`;
      resolve([
        days < 14
          ? warning('certificates', text, 'Renew it at the proxy.')
          : well('certificates', text),
      ]);
    });
    const nothing = (): void => {
      socket.destroy();
      resolve([]);
    };
    socket.once('error', nothing).once('timeout', nothing);
  });
