// The meter that clients of others read: clock and one register, by four associations.

import { nodeCrypto, publicKeyFor } from '../../node/crypto.ts';
import { clockClass, dataClass, registerClass } from '../../src/classes/index.ts';
import {
  createSecurity,
  dateTimeOf,
  doubleLongUnsigned,
  implement,
  type LogicalDevice,
  newCounters,
  octetString,
} from '../../src/index.ts';

export const peerKeys = {
  encryptionKey: '000102030405060708090A0B0C0D0E0F',
  authenticationKey: 'D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF',
  clientTitle: '4D4D4D0000000001',
  password: 'Gurux123',
  /** Private keys of P-256, of the client and of the server. */
  clientSigningKey: '0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20',
  serverSigningKey: '2102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20',
} as const;

export const signingKey = (side: 'client' | 'server') =>
  Uint8Array.fromHex(peerKeys[`${side}SigningKey`]);

export function peerDevice(suite: 0 | 1): LogicalDevice {
  const none = new Uint8Array(0);
  const text = (value: string) => new TextEncoder().encode(value);
  const security = createSecurity({
    ...{ crypto: nodeCrypto, title: Uint8Array.fromHex('5057540000000001'), suite },
    keys: {
      encryptionKey: Uint8Array.fromHex(peerKeys.encryptionKey),
      authenticationKey: Uint8Array.fromHex(peerKeys.authenticationKey),
      keyEncryptionKey: new Uint8Array(16),
    },
    counters: newCounters,
  });
  return {
    ...{ sap: 1, name: 'PWT0000000000001', maxPduSize: 1024, security },
    objects: [
      implement(dataClass, '0.0.96.1.0.255', {
        read: { value: () => octetString(text('600727000000000009')) },
      }),
      implement(clockClass, '0.0.1.0.0.255', {
        read: { time: () => dateTimeOf(Date.UTC(2026, 10, 24, 8)) },
      }),
      implement(registerClass, '1.0.1.8.0.255', {
        read: {
          value: () => doubleLongUnsigned(1_234_500),
          scalerUnit: () => ({ scaler: 0, unit: 'wattHour' as const }),
        },
      }),
    ],
    associations: [
      {
        ...{ name: 'public', clientSap: 16, mechanism: 'none', secret: none, protection: 'none' },
        rights: ({ kind }) => kind === 'read',
      },
      {
        ...{ name: 'reader', clientSap: 17, mechanism: 'low', secret: text(peerKeys.password) },
        ...{ protection: 'none', rights: ({ kind }) => kind === 'read' },
      },
      {
        ...{ name: 'management', clientSap: 1, mechanism: 'gmac', secret: none },
        ...{ protection: 'authenticatedEncrypted', rights: () => true },
      },
      {
        ...{ name: 'signed', clientSap: 2, mechanism: 'ecdsa', secret: none },
        ...{ privateKey: signingKey('server'), publicKey: publicKeyFor(signingKey('client')) },
        ...{ protection: 'authenticatedEncrypted', rights: () => true },
      },
    ],
  };
}
