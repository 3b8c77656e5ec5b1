// The XMLVend door over real TLS with certificates of the tests, and a shop's client that can hang
// up before it has heard.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readXmlvendAnswer, readXmlvendRequest, type XmlVend } from '@prewatt/rails';
import { createLog } from '../src/base/log.ts';
import { xmlvendOf } from '../src/compose/xmlvend.ts';
import type { XmlvendServer } from '../src/edge/xmlvend/index.ts';
import {
  certificatePem,
  newKeyPair,
  signCertificate,
  spkiOf,
} from '../src/metering/headend/credentials/x509.ts';
import type { Till } from '../src/money/vendors/index.ts';
import { seedApproval } from './approval-seed.ts';
import type { Harness } from './harness.ts';

export const clientId = '6001234000017';
export const terminalId = 'T-9';

export type Pair = { readonly cert: string; readonly key: string; readonly sha256: string };

const serial = () => `40${randomBytes(15).toString('hex')}`;
const validity = { notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs: Date.UTC(2049, 0, 1) };

/** An authority, and whatever it signs. */
export async function createAuthority() {
  const authority = newKeyPair();
  const ca = await signCertificate({
    ...{ subject: { name: 'Shops of the tests' }, spki: spkiOf(authority.publicKey), issuer: null },
    ...{ signer: authority.privateKey, purpose: { kind: 'authority' }, serial: serial() },
    ...validity,
  });
  const pair = async (
    name: string,
    o: { readonly hosts?: readonly string[]; readonly notAfterMs?: number } = {},
  ): Promise<Pair> => {
    const own = newKeyPair();
    const der = await signCertificate({
      ...{ subject: { name }, spki: spkiOf(own.publicKey), serial: serial() },
      ...{ issuer: { certificate: ca, key: authority.privateKey }, signer: authority.privateKey },
      purpose: o.hosts === undefined ? { kind: 'meter' } : { kind: 'server', hosts: o.hosts },
      ...validity,
      ...(o.notAfterMs === undefined ? {} : { notAfterMs: o.notAfterMs }),
    });
    return {
      cert: certificatePem(der),
      key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      sha256: createHash('sha256').update(der).digest('hex'),
    };
  };
  return { ca: certificatePem(ca), pair };
}

/** A terminal of a vendor, as two people registered it. */
export async function registerTerminal(
  h: Harness,
  o: {
    readonly vendorId: string;
    readonly sha256: string;
    readonly clientId?: string;
    readonly terminalId?: string;
    readonly label?: string;
  },
): Promise<string> {
  const label = o.label ?? 'Terminal 9';
  const terminal = {
    clientId: o.clientId ?? clientId,
    terminalId: o.terminalId ?? terminalId,
    certificateSha256: o.sha256,
  };
  const { vendorId } = o;
  const payload = { vendorId, label, requestId: `terminal ${label}`, terminal };
  const reason = 'A terminal of the tests.';
  const allowed = await seedApproval(h, { kind: 'tillKey', payload, reason });
  return h.database.inUtility(h.utilityId, async (tx) => {
    const { managing } = h.services.vendors;
    const made = await managing.createTerminal(tx, vendorId, { label, terminal, allowed });
    assert.ok(made.ok, JSON.stringify(made));
    return made.value;
  });
}

export type Shop = {
  readonly port: number;
  readonly ca: string;
  readonly pair: Pair | null;
};

export type Heard = { readonly status: number; readonly text: string };

/** Sends a message; `hangUp` breaks the connection once it is written, without an answer. */
export function post(
  shop: Shop,
  xml: string,
  o: { readonly hangUp?: boolean; readonly headers?: Record<string, string> } = {},
): Promise<Heard | null> {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      {
        ...{ host: '127.0.0.1', port: shop.port, path: '/xmlvend', method: 'POST', ca: shop.ca },
        ...(shop.pair === null ? {} : { cert: shop.pair.cert, key: shop.pair.key }),
        ...{ agent: false, headers: { 'content-type': 'text/xml; charset=utf-8', ...o.headers } },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, text });
        });
      },
    );
    sent.on('error', (error) => (o.hangUp === true ? resolve(null) : reject(error)));
    sent.end(xml, () => {
      if (o.hangUp === true) setImmediate(() => sent.destroy());
    });
  });
}

const spaces =
  'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
  'xmlns:b="http://www.nrs.eskom.co.za/xmlvend/base/2.1/schema" ' +
  'xmlns:r="http://www.nrs.eskom.co.za/xmlvend/revenue/2.1/schema" ' +
  'xmlns:m="http://www.nrs.eskom.co.za/xmlvend/meter/2.1/schema"';

export type Sent = {
  readonly element: string;
  readonly number: string;
  readonly msno?: string;
  readonly amount?: string;
  readonly tender?: string;
  readonly advice?: { readonly type: string; readonly number: string };
  readonly attributes?: string;
  readonly inner?: string;
  readonly client?: string;
  readonly terminal?: string;
  readonly symbol?: string;
  readonly dateTime?: string;
};

const timeOf = (sent: Sent): string => sent.dateTime ?? '20261124100000';

export function messageOf(sent: Sent): string {
  const { element, number, msno, amount, tender, advice, symbol = 'ZAR' } = sent;
  const dateTime = timeOf(sent);
  const space = /^(confirmMeter|meterSpecific|nonMeter|updateMeter|custReport)/.test(element)
    ? 'm'
    : element === 'adviceReq'
      ? 'b'
      : 'r';
  const type = advice === undefined ? '' : ` xsi:type="b:${advice.type}"`;
  const vends = msno === undefined ? '' : '<b:resource xsi:type="b:Electricity"/>';
  return `<?xml version="1.0"?><e:Envelope ${spaces}><e:Body><${space}:${element}${type}${sent.attributes ?? ''}>
<b:clientID xsi:type="b:EANDeviceID" ean="${sent.client ?? clientId}"/>
<b:terminalID xsi:type="b:GenericDeviceID" id="${sent.terminal ?? terminalId}"/>
<b:msgID dateTime="${dateTime}" uniqueNumber="${number}"/>
<b:authCred><b:opName>op1</b:opName><b:password>x</b:password></b:authCred>${vends}
${msno === undefined ? '' : `<b:idMethod xsi:type="b:VendIDMethod"><b:meterIdentifier xsi:type="b:MeterNumber" msno="${msno}"/></b:idMethod>`}
${amount === undefined ? '' : `<r:purchaseValue xsi:type="r:PurchaseValueCurrency"><r:amt value="${amount}" symbol="${symbol}"/></r:purchaseValue>`}
${tender === undefined ? '' : `<r:payType xsi:type="b:Cash"><b:tenderAmt value="${tender}" symbol="${symbol}"/></r:payType>`}
${advice === undefined ? '' : `<b:adviceReqMsgID dateTime="${dateTime}" uniqueNumber="${advice.number}"/>`}
${sent.inner ?? ''}</${space}:${element}></e:Body></e:Envelope>`;
}

/** What the client side of our codec makes of an answer. */
export function readAnswer(sent: Sent, heard: Heard | null): XmlVend {
  const of = (one: Sent, original: Sent | null): Parameters<typeof readXmlvendAnswer>[0] => ({
    operation: one.element.replace(/Req$/, ''),
    msgID: { dateTime: timeOf(one), uniqueNumber: one.number },
    msno: one.msno ?? null,
    amount: one.amount ?? null,
    currency: 'ZAR',
    original: original === null ? null : of(original, null),
  });
  const original =
    sent.advice === undefined
      ? null
      : { ...sent, element: 'creditVendReq', number: sent.advice.number };
  return readXmlvendAnswer(of(sent, original), {
    httpStatus: heard?.status ?? null,
    raw: heard === null ? null : Buffer.from(heard.text, 'utf8'),
  });
}

/** The door as the server opens it from its configuration. */
export async function openDoor(h: Harness, pair: Pair): Promise<XmlvendServer> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-door-'));
  const [certFile, keyFile] = [join(folder, 'door.pem'), join(folder, 'door.key')];
  writeFileSync(certFile, pair.cert);
  writeFileSync(keyFile, pair.key);
  const tls = { certFile, keyFile, clientCaFile: null };
  const xmlvend = { host: '127.0.0.1', port: 0, serverId: 'prewatt-test', proxyHeader: null, tls };
  const log = createLog({ name: 'test', level: 'silent' });
  const config = { xmlvend, trustedProxies: [] };
  const door = await xmlvendOf(config, { services: h.services, log });
  rmSync(folder, { recursive: true });
  assert.ok(door !== null);
  return door;
}

/** The till that a certificate leads to. */
export async function tillOf(h: Harness, { sha256 }: Pair): Promise<Till> {
  const certificate = Buffer.from(sha256, 'hex');
  const found = await h.services.vendors.terminals({ certificate, clientId, terminalId });
  assert.ok(found.kind === 'till');
  return found.till;
}

export function fingerprintOf(sent: Sent): string {
  const read = readXmlvendRequest(Buffer.from(messageOf(sent)));
  assert.ok(read.ok);
  return read.value.fingerprint;
}
