// Bytes that nobody meant: random ones, and real APDUs and frames with bytes changed, cut,
// repeated. Each codec and each machine takes them; a throw or a result that is no result is a
// finding.

import { type FuzzTarget, type Random, spoilt } from '@prewatt/quantities/fuzzing';
import { nodeCrypto } from '../node/crypto.ts';
import {
  createFrameReader,
  createPushListener,
  createWrapperReader,
  decodeApdu,
  decodeData,
  decodeFrame,
  decodeInitiateRequest,
  decodeInitiateResponse,
  encodeFrame,
  encodeWrapper,
  readDateTime,
  serverAddress,
  unprotect,
} from '../src/index.ts';
import { clientOf, keys, serverOf, serverTitle, testMeter } from './fixtures.ts';

const seeds = [
  '6033a1090607608574050801018a0207808b0760857405080201ac0780054775727578be10040e01000000065f1f0400401e5d0200',
  '6129a109060760857405080101a203020100a305a103020100be10040e0800065f1f040000021c02000007',
  '605da109060760857405080103a60a04084d4d4d00000000018a0207808b0760857405080205ac12801096be58d180267f697ab91d96e433a1d0be230421211f3000001388ec043e05203637db631cadddec2e7d8b928ac07de4e7a94ec118',
  'c001c100080000010000ff0200',
  'c401c100090c07ea0b180205280105000000',
  'c301c1000f0000280000ff010109100de2fbaf153c13d9c78191dbbacc7c7a',
  'c001c100070100630100ff020102020406000000010600000003120001120000',
  'c401c10001030202090c07e90a03050e0000ff00000005000000010202090c07e90a03050f0000ff0000000500000002',
  'c102c100010000600109ff020000000000010401020304',
  'c303c10200460000600300ff0100730000132800ff01020f000901aa',
  '0fc0000001000203010302041200280906000719',
  'db0841424344454647481e300000138b2ef59a09791cbec164627552636723db52616cfc0750877afa',
  'd80106000000ff',
  '6203800100',
  '130202121610000a01000200030004000500',
].map((text) => Uint8Array.fromHex(text));

/** The next input: a third random, the rest a real one made wrong. */
export function nextInput(random: Random): Uint8Array {
  if (random.chance(3)) return random.bytes(random.below(80));
  const telling = [0x00, 0x01, 0x02, 0x13, 0x7f, 0x80, 0x82, 0x84, 0xff];
  const otherByte = () =>
    random.chance(2) ? random.below(256) : (telling[random.below(telling.length)] ?? 0);
  const bytes = spoilt(random, seeds, otherByte);
  return random.chance(5) ? Uint8Array.of(...bytes, ...random.bytes(random.below(12))) : bytes;
}

const address = serverAddress(1);
const client = serverAddress(16);
const ends = [
  { destination: address, source: client },
  { destination: client, source: address },
];

/** As it is, or well framed, so that it reaches what lies above the framing. */
function framed(random: Random, bytes: Uint8Array, transport: 'wrapper' | 'hdlc'): Uint8Array {
  if (random.chance(3)) return bytes;
  if (transport === 'wrapper') {
    const [source, destination] = random.chance(2) ? [1, 16] : [16, 1];
    return encodeWrapper({ source: source ?? 1, destination: destination ?? 16, apdu: bytes });
  }
  const control = [0x93, 0x10, 0x32, 0x54, 0x31, 0x73, 0x13, 0x53, 0x11][random.below(9)] ?? 0;
  const [to, from] = ends;
  const end = (random.chance(2) ? to : from) ?? { destination: address, source: client };
  const segmented = random.chance(4);
  const llc = random.chance(4) ? [] : [0xe6, random.chance(2) ? 0xe6 : 0xe7, 0x00];
  const information = Uint8Array.of(...llc, ...bytes);
  return encodeFrame({
    ...end,
    control: random.chance(3) ? random.below(256) : control,
    segmented,
    information,
  });
}

const title = serverTitle;

export function codecTargets(): FuzzTarget[] {
  const plain: [string, (bytes: Uint8Array) => unknown][] = [
    ['A-XDR data', decodeData],
    ['APDU', decodeApdu],
    ['initiate request', decodeInitiateRequest],
    ['initiate response', decodeInitiateResponse],
    ['HDLC frame', decodeFrame],
    ['date and time', readDateTime],
  ];
  return plain.map(([name, decode]) => ({
    name,
    feed: (bytes) => {
      const result = decode(bytes);
      const isResult = typeof result === 'object' && result !== null && 'ok' in result;
      if (!isResult) throw new Error(`${name} gave no result`);
    },
  }));
}

export function streamTargets(random: Random): FuzzTarget[] {
  const frames = createFrameReader();
  let wrapper = createWrapperReader();
  const listener = () =>
    createPushListener({ securityOf: () => testMeter().security, least: 'none' });
  let push = listener();
  return [
    { name: 'HDLC stream', feed: (bytes) => void frames.feed(framed(random, bytes, 'hdlc')) },
    {
      name: 'wrapper stream',
      feed: (bytes) => {
        if (wrapper.feed(framed(random, bytes, 'wrapper')).fault !== null) {
          wrapper = createWrapperReader();
        }
      },
    },
    {
      name: 'push listener',
      feed: (bytes) => {
        const events = push.feed(framed(random, bytes, 'wrapper'));
        if (events.some(({ kind }) => kind === 'fault')) push = listener();
        for (const event of events) if (event.kind === 'pushed') push.confirm(event.pushed);
      },
    },
    {
      name: 'ciphered APDU',
      feed: (bytes) => {
        const apdu = decodeApdu(bytes);
        if (!apdu.ok || apdu.value.kind !== 'ciphered') return;
        const { encryptionKey: key, authenticationKey } = keys;
        unprotect(nodeCrypto, { apdu: apdu.value, key, authenticationKey, title });
      },
    },
  ];
}

/** Machines begin anew now and then, so that no state is the last that is tried. */
export function machineTargets(random: Random): FuzzTarget[] {
  const setups = (['wrapper', 'hdlc'] as const).flatMap((transport) => [
    { transport, sap: 16, mechanism: 'none' } as const,
    { transport, sap: 16, mechanism: 'gmac', protection: 'authenticatedEncrypted' } as const,
  ]);
  const servers = (['wrapper', 'hdlc'] as const).map((transport) => {
    const meter = testMeter();
    let server = serverOf(meter, transport, random);
    return {
      name: `server over ${transport}`,
      feed: (bytes: Uint8Array) => {
        if (random.chance(50)) server = serverOf(meter, transport, random);
        server.feed(framed(random, bytes, transport));
        if (random.chance(20)) server.silence();
      },
    };
  });
  const clients = setups.map((setup) => {
    let client = clientOf(setup, random);
    client.open();
    return {
      name: `client over ${setup.transport} with ${setup.mechanism}`,
      feed: (bytes: Uint8Array) => {
        if (random.chance(50)) {
          client = clientOf(setup, random);
          client.open();
        }
        client.feed(framed(random, bytes, setup.transport));
        if (client.isIdle()) {
          const attribute = { classId: 1, logicalName: '0.0.96.1.9.255', attribute: 2 };
          client.request({ kind: 'get', attribute: { ...attribute, selection: null } });
        }
        if (random.chance(20)) client.timedOut();
      },
    };
  });
  return [...servers, ...clients];
}

export const allTargets = (random: Random): FuzzTarget[] => [
  ...codecTargets(),
  ...streamTargets(random),
  ...machineTargets(random),
];
