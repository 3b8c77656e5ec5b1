// A meter's certificate for its link: asked for over the link itself when the meter should have
// one, when two thirds of its time are over, or when the head-end says so. The new key is kept
// before it is asked about, the certificate before it is used; and what the meter proved itself
// with before is kept until a broker has let it in with the new one.

import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { DownWord, LinkUpMessage } from '@prewatt/protocol';
import { Utf8String } from 'asn1js';
import { AttributeTypeAndValue, CertificationRequest, PublicKeyInfo } from 'pkijs';
import type { CertificateStore, LinkCertificate, LinkRequest } from './certificate-store.ts';

const commonNameId = '2.5.4.3';
const lookEveryMs = 3_600_000;
/** A new certificate that was not accepted so often is given up, and another asked for. */
const mostRefusals = 3;

export type CertificateLink = {
  /** What to prove itself with at the next try; null: its secret. */
  readonly identity: () => LinkCertificate | null;
  /** The meter may speak: says what it came with, and asks for what it needs. */
  readonly connected: () => void;
  /** A try that let nobody in: the next one is with the other identity, if there are two. */
  readonly failed: () => void;
  /** False: the word is not about certificates. */
  readonly told: (word: DownWord) => boolean;
  readonly close: () => void;
};

export type CertificateLinkOptions = {
  readonly meterPan: string;
  readonly store: CertificateStore;
  /** A meter that has none asks for one. */
  readonly isWanted: boolean;
  /** Real time: certificates know no other. */
  readonly realNowMs: () => number;
  /** Absent: an hour. */
  readonly lookEveryMs?: number;
  readonly say: (word: LinkUpMessage) => void;
  /** To be let in anew, with the identity of now. */
  readonly reconnect: () => void;
  readonly onTrouble: (what: string) => void;
};

export function createCertificateLink(o: CertificateLinkOptions): CertificateLink {
  const request = createRequesting(o);
  const identities = createIdentities(o);
  let isSaid = false;
  let isUp = false;

  const tryNext = (): void => {
    identities.tryNext();
    isUp = false;
    o.reconnect();
  };
  const look = (): void => {
    if (!isUp || identities.hasNext()) return;
    const held = identities.held();
    const isMissing = held === null && o.isWanted;
    const isDue = held !== null && isOld(held, o.realNowMs());
    if (request.isOpen() || isMissing || isDue) request.askSoon();
  };
  const everyMs = o.lookEveryMs ?? lookEveryMs;
  const timer = setInterval(() => (isUp && identities.hasNext() ? tryNext() : look()), everyMs);
  timer.unref();

  const take = (certificatePem: string): void => {
    const answered = request.answeredBy(certificatePem);
    if (answered === null) return;
    identities.keepNext(answered);
    request.drop();
    tryNext();
  };
  const sayWhatIsInUse = (): void => {
    const held = identities.held();
    if (held === null || isSaid) return;
    const { serialNumber } = new X509Certificate(held.certificatePem);
    o.say({ kind: 'certificateInUse', serial: serialNumber.toLowerCase() });
    isSaid = true;
  };

  return {
    identity: identities.present,
    failed: identities.failed,
    connected: () => {
      isUp = true;
      if (identities.connected() === 'withNext') isSaid = false;
      sayWhatIsInUse();
      look();
    },
    told: (word) => {
      if (word.kind === 'certificate') take(word.certificatePem);
      else if (word.kind === 'certificateRefused') {
        o.onTrouble(`certificate refused: ${word.reason}`);
        // One that was asked too often is asked again; a request that does not do is made anew.
        if (word.reason !== 'tooMany') request.drop();
      } else if (word.kind === 'command' && word.action.kind === 'renewCertificate') {
        request.askSoon();
      } else return false;
      return true;
    },
    close: () => clearInterval(timer),
  };
}

/** The certificate in use and the next one, which takes its place once a broker let it in. */
function createIdentities({ meterPan, store, onTrouble }: CertificateLinkOptions) {
  let held = store.load(meterPan);
  let next = store.loadNext(meterPan);
  /** Whether the tries are with the next one; a broker may have taken it before a power cut. */
  let isTrying = next !== null;
  let hasFailed = false;
  let refusals = 0;

  const countRefusal = (): void => {
    refusals += 1;
    onTrouble('the new certificate was not accepted: the meter came with what it had before');
    if (refusals < mostRefusals) return;
    next = null;
    store.dropNext(meterPan);
  };

  return {
    held: (): LinkCertificate | null => held,
    hasNext: (): boolean => next !== null,
    /** Of the next try; null: none. */
    present: (): LinkCertificate | null => (isTrying ? next : held),
    keepNext: (certificate: LinkCertificate): void => {
      next = certificate;
      store.saveNext(meterPan, next);
      refusals = 0;
    },
    tryNext: (): void => {
      isTrying = true;
    },
    failed: (): void => {
      if (next === null) return;
      hasFailed = isTrying;
      isTrying = !isTrying;
    },
    /** A broker has let the meter in: with the next one, what was before is not needed any more. */
    connected: (): 'withNext' | 'asBefore' => {
      const isWithNext = isTrying && next !== null;
      if (isWithNext) {
        store.promoteNext(meterPan);
        held = next;
        next = null;
        isTrying = false;
      } else if (next !== null && hasFailed) countRefusal();
      hasFailed = false;
      return isWithNext ? 'withNext' : 'asBefore';
    },
  };
}

/** The request that waits for its certificate, kept until it is answered or dropped. */
function createRequesting({ meterPan, store, say, onTrouble }: CertificateLinkOptions) {
  let asked: LinkRequest | null = store.loadRequest(meterPan);
  const makeOnce = oneAtATime(async () => {
    asked = await makeRequest(meterPan);
    store.saveRequest(meterPan, asked);
    return asked;
  });
  const ask = async (): Promise<void> => {
    const { csrPem } = asked ?? (await makeOnce());
    say({ kind: 'certificateRequest', csrPem });
  };
  return {
    isOpen: (): boolean => asked !== null,
    askSoon: (): void => {
      void ask().catch((error) => onTrouble(`no request for a certificate: ${String(error)}`));
    },
    /** Null: nothing was asked for, or the certificate is of another key. */
    answeredBy: (certificatePem: string): LinkCertificate | null => {
      if (asked === null) return null;
      const { keyPem } = asked;
      if (isOfKey(certificatePem, keyPem)) return { keyPem, certificatePem };
      onTrouble('a certificate of another key was dropped');
      return null;
    },
    drop: (): void => {
      asked = null;
      store.dropRequest(meterPan);
    },
  };
}

/** Who asks while the work is under way waits for that one: two keys would void each other. */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => {
    underWay ??= work().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

/** Two thirds of its time are over. */
function isOld({ certificatePem }: LinkCertificate, nowMs: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem);
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()];
  return nowMs >= from + ((to - from) * 2) / 3;
}

function isOfKey(certificatePem: string, keyPem: string): boolean {
  try {
    return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}

/** A new key and the request for its certificate (PKCS #10). */
export async function makeRequest(meterPan: string): Promise<LinkRequest> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const request = new CertificationRequest();
  const value = new Utf8String({ value: meterPan });
  request.subject.typesAndValues.push(new AttributeTypeAndValue({ type: commonNameId, value }));
  const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
  request.subjectPublicKeyInfo = PublicKeyInfo.fromBER(spki.buffer);
  const signing = { name: 'ECDSA', namedCurve: 'P-256' };
  await request.sign(privateKey.toCryptoKey(signing, false, ['sign']), 'SHA-256');
  const der = Buffer.from(request.toSchema().toBER(false)).toString('base64');
  const body = (der.match(/.{1,64}/g) ?? []).join('\n');
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    csrPem: `-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`,
  };
}
