// The machine's side of an installation: who may read the secrets file, addresses that carry
// passwords in clear, the ends of certificates, and room on the disks.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { type Finding, fault, warning, well } from './finding.ts';

export function secretsFindings(
  config: Pick<Config, 'secretsFile' | 'masterKeyFile'>,
): readonly Finding[] {
  const { secretsFile, masterKeyFile } = config;
  return [secretsFile, ...(masterKeyFile === null ? [] : [masterKeyFile])].flatMap(modeFindings);
}

function modeFindings(file: string): readonly Finding[] {
  if (process.platform === 'win32') return [well('secrets', `${file} is there`)];
  const mode = statSync(file).mode & 0o777;
  const shown = mode.toString(8).padStart(4, '0');
  if ((mode & 0o007) !== 0) {
    // The group stays as it is: the server may be the one that reads the file by its group.
    const text = `every account can read ${file} (mode ${shown})`;
    return [fault('secrets', text, `Run: chmod o= ${file}`)];
  }
  if ((mode & 0o020) !== 0) {
    const text = `the group may change ${file} (mode ${shown})`;
    return [warning('secrets', text, `Run: chmod g-w ${file}`)];
  }
  return [well('secrets', `${file} has mode ${shown}`)];
}

const isLoopback = (url: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);

export function addressFindings({ publicUrl, mqtt }: Pick<Config, 'publicUrl' | 'mqtt'>) {
  const findings: Finding[] = [];
  const url = new URL(publicUrl);
  if (url.protocol === 'http:' && !isLoopback(url)) {
    findings.push(
      fault(
        'addresses',
        `PREWATT_PUBLIC_URL is ${url.origin}: passwords and sign-in codes would cross the network in clear`,
        'Put a proxy with TLS in front, and give its https: address.',
      ),
    );
  } else findings.push(well('addresses', `people reach it at ${url.origin}`));
  for (const broker of (mqtt.external?.urls ?? []).map((each) => new URL(each))) {
    if (broker.protocol !== 'mqtt:' || isLoopback(broker)) continue;
    findings.push(
      fault(
        'addresses',
        `PREWATT_MQTT_URL is ${broker.origin === 'null' ? broker.href : broker.origin}: secrets of meters would cross the network in clear`,
        'Give an mqtts: address, and PREWATT_MQTT_CA_FILE.',
      ),
    );
  }
  return findings;
}

const dayMs = 86_400_000;
const warnedDays = 30;

/** Of a file of certificates (PEM), the one that ends first. */
export function certificateFindings(
  o: { readonly name: string; readonly certFile: string; readonly keyFile?: string | undefined },
  nowMs: number,
): readonly Finding[] {
  const { name, certFile, keyFile } = o;
  const advice = `Renew ${certFile}, and start the server again.`;
  const unread = `Let the setting name the file, and let the server's account read it.`;
  let certificates: X509Certificate[];
  try {
    const blocks = readFileSync(certFile, 'utf8').match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    );
    certificates = (blocks ?? []).map((block) => new X509Certificate(block));
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const text = `${name}: ${certFile} cannot be read (${code ?? message})`;
    return [fault('certificates', text, code === undefined ? advice : unread)];
  }
  const ends = certificates.map(({ validTo }) => Date.parse(validTo)).sort((a, b) => a - b);
  const [endMs] = ends;
  if (endMs === undefined) {
    return [fault('certificates', `${name}: ${certFile} holds no certificate`, advice)];
  }
  if (keyFile !== undefined) {
    const fits = fitsKey(certificates[0], keyFile);
    if (fits !== null) return [fault('certificates', `${name}: ${fits}`, advice)];
  }
  const days = Math.floor((endMs - nowMs) / dayMs);
  const day = new Date(endMs).toISOString().slice(0, 10);
  if (endMs <= nowMs) return [fault('certificates', `${name} has ended on ${day}`, advice)];
  const text = `${name} ends on ${day}, in ${days} days`;
  return [days < warnedDays ? warning('certificates', text, advice) : well('certificates', text)];
}

/** What is wrong with the key; null when it is the certificate's. */
function fitsKey(certificate: X509Certificate | undefined, keyFile: string): string | null {
  try {
    const key = createPrivateKey(readFileSync(keyFile, 'utf8'));
    return certificate?.checkPrivateKey(key) === true
      ? null
      : `${keyFile} is not the key of its certificate`;
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return `${keyFile} cannot be read (${code ?? message})`;
  }
}

export function allCertificateFindings(config: Config): readonly Finding[] {
  const nowMs = config.clocks.real.nowMs();
  const files: Parameters<typeof certificateFindings>[0][] = [];
  const { certificate, external } = config.mqtt;
  if (external === null && certificate?.kind === 'files') {
    files.push({ name: 'the embedded broker’s certificate', ...certificate });
  }
  if (external === null && certificate?.kind === 'own') {
    const certFile = join(certificate.folder, 'server.pem');
    const keyFile = join(certificate.folder, 'server.key');
    // Made at the first start.
    if (existsSync(certFile)) {
      files.push({ name: 'the embedded broker’s certificate', certFile, keyFile });
    }
  }
  if (external?.caFile !== undefined) {
    files.push({ name: 'the authority of the broker', certFile: external.caFile });
  }
  if (config.xmlvend?.tls) {
    const { certFile, keyFile, clientCaFile } = config.xmlvend.tls;
    files.push({ name: 'the XMLVend certificate', certFile, keyFile });
    if (clientCaFile !== null) {
      files.push({ name: 'the authority of XMLVend clients', certFile: clientCaFile });
    }
  }
  const found = files.flatMap((file) => certificateFindings(file, nowMs));
  return found.length > 0 ? found : [well('certificates', 'no file of a certificate is used')];
}

const scarceBytes = 1_000_000_000;
const fullBytes = 100_000_000;

/** Of the folders that this process uses, and of the database's disk where that is named. */
export function diskFindings(config: Config, secretsFile: string): readonly Finding[] {
  const { certificate } = config.mqtt;
  const folders = [
    config.databaseDir,
    config.stateDir,
    certificate?.kind === 'own' ? certificate.folder : null,
    dirname(secretsFile),
  ].filter((folder): folder is string => folder !== null && existsSync(folder));
  const free = folders.map((folder) => {
    const { bavail, bsize } = statfsSync(folder);
    return { folder, bytes: bavail * bsize };
  });
  const least = free.sort((a, b) => a.bytes - b.bytes)[0];
  const advice = 'Free some room.';
  const state: Finding[] = [];
  if (config.stateDir === null) {
    const message = 'without PREWATT_STATE_DIR nobody notices an older copy of the database';
    state.push(warning('disk', message, 'Give a folder that the server may write in.'));
  }
  const { databaseDir } = config;
  if (databaseDir !== null && !existsSync(databaseDir)) {
    const message = `PREWATT_DATABASE_DIR names ${databaseDir}, which is not on this machine`;
    const onIt = 'Name a folder on the database’s disk; with a database elsewhere leave it out.';
    state.push(warning('disk', message, onIt));
  }
  if (least === undefined) return state;
  const text = `${(least.bytes / 1e9).toFixed(1)} GB are free at ${least.folder}`;
  if (least.bytes < fullBytes) return [...state, fault('disk', text, advice)];
  if (least.bytes < scarceBytes) return [...state, warning('disk', text, advice)];
  return [...state, well('disk', text)];
}
