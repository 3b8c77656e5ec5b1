// The recorded sessions of independent implementations: framing and APDUs come out as they went in,
// and every proof and every ciphered APDU is computed again.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nodeCrypto } from '../node/crypto.ts';
import {
  accountClass,
  chargeClass,
  creditClass,
  readAttribute,
  tokenGatewayClass,
} from '../src/classes/index.ts';
import {
  type Apdu,
  createFrameReader,
  createWrapperReader,
  type Data,
  decodeApdu,
  decodeCiphered,
  decodeInitiateRequest,
  decodeInitiateResponse,
  encodeApdu,
  encodeFrame,
  encodeInitiateRequest,
  encodeInitiateResponse,
  encodeWrapper,
  type HighMechanism,
  hlsAnswer,
  instantOf,
  protect,
  readDateTime,
  unprotect,
} from '../src/index.ts';

type Frame = { readonly from: 'client' | 'server'; readonly hex: string };
type Session = {
  readonly name: string;
  readonly transport: 'hdlc' | 'wrapper';
  readonly source: string;
  readonly secret?: string;
  readonly encryptionKey?: string;
  readonly authenticationKey?: string;
  readonly clientTitle?: string;
  readonly serverTitle?: string;
  readonly plain?: Readonly<Record<string, string>>;
  readonly frames: readonly Frame[];
};
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8'));
const recorded: { readonly count: number; readonly sessions: readonly Session[] } =
  read('recorded-sessions.json');

const sessionOf = (name: string): Session => {
  const session = recorded.sessions.find((each) => each.name === name);
  if (session === undefined) throw new Error(name);
  return session;
};

/** The APDU of a frame, once the frame has come out as it went in; null where it carries none. */
function apduOf({ transport }: Session, { hex }: Frame): Uint8Array | null {
  const bytes = Uint8Array.fromHex(hex);
  if (transport === 'wrapper') {
    const { frames, fault } = createWrapperReader().feed(bytes);
    assert.equal(fault, null);
    const [frame] = frames;
    if (frame === undefined || frames.length !== 1) throw new Error(`no frame in ${hex}`);
    assert.equal(encodeWrapper(frame).toHex(), hex);
    return frame.apdu;
  }
  const [frame, ...more] = createFrameReader().feed(bytes);
  if (frame === undefined || more.length > 0) throw new Error(`no frame in ${hex}`);
  assert.equal(encodeFrame(frame).toHex(), hex);
  return frame.information[0] === 0xe6 ? frame.information.slice(3) : null;
}

function apdusOf(session: Session): Apdu[] {
  return session.frames.flatMap((frame) => {
    const bytes = apduOf(session, frame);
    if (bytes === null) return [];
    const apdu = decodeApdu(bytes);
    if (!apdu.ok) throw new Error(`${frame.hex}: ${apdu.error}`);
    assert.equal(encodeApdu(apdu.value).toHex(), bytes.toHex());
    return [apdu.value];
  });
}

test('the file holds as many sessions as it says', () => {
  assert.equal(recorded.sessions.length, recorded.count);
  assert.ok(recorded.count >= 12);
});

for (const session of recorded.sessions) {
  test(`${session.name}: each frame is read and written as it was recorded`, () => {
    apdusOf(session);
  });
}

const hex = (text: string | undefined): Uint8Array => Uint8Array.fromHex(text ?? '');

/** Challenges, titles and proofs of a recorded high level association. */
function proofsOf(session: Session, apdus: readonly Apdu[]) {
  const [request, response, pass3, pass4] = apdus;
  const isWhole =
    request?.kind === 'associationRequest' &&
    response?.kind === 'associationResponse' &&
    pass3?.kind === 'actionRequest' &&
    pass4?.kind === 'actionResponse';
  if (!isWhole) throw new Error(`${session.name} is no high level association`);
  const octets = (data: Data | null): Uint8Array =>
    data?.type === 'octetString' ? data.value : new Uint8Array(0);
  const { returned } = pass4.response;
  return {
    client: {
      title: request.title,
      challenge: request.authentication,
      proof: octets(pass3.parameters),
    },
    server: {
      title: response.title,
      challenge: response.authentication,
      proof: octets(returned?.ok === true ? returned.value : null),
    },
  };
}

function checkProofs(session: Session, mechanism: HighMechanism, apdus: readonly Apdu[]): void {
  const none = new Uint8Array(0);
  const secrets = {
    suite: 0,
    secret: new TextEncoder().encode(session.secret ?? ''),
    key: hex(session.encryptionKey),
    authenticationKey: hex(session.authenticationKey),
    privateKey: none,
    publicKey: none,
  } as const;
  const { client, server } = proofsOf(session, apdus);
  for (const [own, other] of [
    [client, server],
    [server, client],
  ] as const) {
    const counter = mechanism === 'gmac' ? new DataView(own.proof.slice().buffer).getUint32(1) : 0;
    const answer = hlsAnswer(nodeCrypto, mechanism, {
      secrets,
      nextCounter: () => counter,
      ownTitle: own.title ?? none,
      otherTitle: other.title ?? none,
      ownChallenge: own.challenge ?? none,
      otherChallenge: other.challenge ?? none,
    });
    assert.equal(answer?.toHex(), own.proof.toHex());
  }
}

for (const mechanism of ['md5', 'sha1', 'sha256'] as const) {
  test(`the proofs of ${mechanism} are those that were recorded`, () => {
    const session = sessionOf(`hls-${mechanism}`);
    checkProofs(session, mechanism, apdusOf(session));
  });
}

test('ciphered APDUs are opened, and closed again to the same bytes', () => {
  const session = sessionOf('hls-gmac');
  const key = hex(session.encryptionKey);
  const authenticationKey = hex(session.authenticationKey);
  const plains = session.frames.map((frame, index) => {
    const apdu = apdusOf(session)[index];
    const title = hex(frame.from === 'client' ? session.clientTitle : session.serverTitle);
    const isOpening = apdu?.kind === 'associationRequest' || apdu?.kind === 'associationResponse';
    const ciphered = isOpening ? decodeCiphered(apdu.userInformation ?? new Uint8Array(0)) : apdu;
    if (ciphered?.kind !== 'ciphered') throw new Error(frame.hex);
    const plain = unprotect(nodeCrypto, { apdu: ciphered, key, authenticationKey, title });
    if (!plain.ok) throw new Error(plain.error);
    const again = protect(nodeCrypto, {
      key,
      authenticationKey,
      suite: 0,
      protection: 'authenticatedEncrypted',
      form: { key: 'global', general: false },
      title,
      invocationCounter: ciphered.invocationCounter,
      plain: plain.value,
    });
    assert.equal(again.toHex(), encodeApdu(ciphered).toHex());
    return plain.value;
  });
  const { initiateRequest, initiateResponse, pass3, pass4 } = session.plain ?? {};
  const expected = [initiateRequest, initiateResponse, pass3, pass4];
  assert.deepEqual(
    plains.slice(0, 4).map((plain) => plain.toHex()),
    expected,
  );
  const opening = apdusOf(session).slice(0, 2);
  const proving = plains.slice(2, 4).flatMap((plain) => {
    const apdu = decodeApdu(plain);
    return apdu.ok ? [apdu.value] : [];
  });
  checkProofs(session, 'gmac', [...opening, ...proving]);
});

test('the initiate of each association is read and written as it was recorded', () => {
  let seen = 0;
  for (const session of recorded.sessions) {
    for (const apdu of apdusOf(session)) {
      const information =
        apdu.kind === 'associationRequest' || apdu.kind === 'associationResponse'
          ? apdu.userInformation
          : null;
      if (information === null || decodeCiphered(information) !== null) continue;
      const request = decodeInitiateRequest(information);
      const response = decodeInitiateResponse(information);
      if (request.ok) {
        assert.equal(encodeInitiateRequest(request.value).toHex(), information.toHex());
      } else if (response.ok) {
        assert.equal(encodeInitiateResponse(response.value).toHex(), information.toHex());
      }
      seen += Number(request.ok || response.ok);
    }
  }
  assert.equal(seen, 10);
});

test('the clock that was read is an instant', () => {
  const answer = apdusOf(sessionOf('wrapper-low')).at(-1);
  const result = answer?.kind === 'getResponse' ? answer.result : null;
  const value =
    result?.ok === true && result.value.type === 'octetString' ? result.value.value : null;
  const time = readDateTime(value ?? new Uint8Array(0));
  assert.equal(time.ok && instantOf(time.value), Date.UTC(2026, 10, 24, 5, 40, 1, 50));
});

test('attributes of the payment classes are values, over-long bit strings included', () => {
  const { responses, count } = read('payment-attributes.json') as {
    readonly count: number;
    readonly responses: { object: string; attribute: number; hex: string }[];
  };
  const classes = {
    Account: accountClass,
    Credit: creditClass,
    Charge: chargeClass,
    TokenGateway: tokenGatewayClass,
  };
  const values = new Map<string, unknown>();
  for (const { object, attribute, hex: text } of responses) {
    const cosemClass = classes[object as keyof typeof classes];
    const found = Object.entries(cosemClass.attributes).find(
      ([, each]) => each.index === attribute,
    );
    const apdu = decodeApdu(Uint8Array.fromHex(text));
    const result = apdu.ok && apdu.value.kind === 'getResponse' ? apdu.value.result : null;
    if (found === undefined || result?.ok !== true) throw new Error(`${object}.${attribute}`);
    const value = readAttribute(cosemClass, found[0] as 'logicalName', result.value);
    if (!value.ok) throw new Error(`${object}.${attribute}: ${value.error}`);
    values.set(`${object}.${found[0]}`, value.value);
  }
  assert.equal(values.size, count);
  assert.deepEqual(values.get('Account.currentCreditStatus'), ['inCredit']);
  assert.deepEqual(values.get('Account.currency'), {
    currencyName: 'XAF',
    currencyScale: -2,
    currencyUnit: 'monetary',
  });
  assert.deepEqual(values.get('Credit.creditConfiguration'), ['receivesTokens']);
  assert.equal(values.get('Credit.currentCreditAmount'), 5000);
  assert.deepEqual(values.get('Charge.chargeConfiguration'), ['continuous']);
  assert.deepEqual(values.get('TokenGateway.tokenStatus'), {
    statusCode: 'formatOk',
    dataValue: '00000000',
  });
});
