// One suite for every message gateway: taken, refused, away, busy, slow, talking HTML; what it says
// afterwards, and what somebody else says in its name. Only what certainly did not leave is
// "later".

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Handed, Heard } from '../src/messaging/gateways/index.ts';
import {
  type GatewayFault,
  type GatewayWorld,
  gatewayWorlds,
  type Told,
} from './gateway-worlds.ts';

const to = '+254722000101';
const token = 'Your token for Flat 1: 1234 5678 9012 3456 7890';
let sent = 0;
const message = (text: string) => {
  sent += 1;
  return { id: `message-${sent}`, to, text };
};

for (const [kind, create] of Object.entries(gatewayWorlds)) {
  describe(kind, () => {
    let world: GatewayWorld;
    before(async () => {
      world = await create();
    });
    after(() => world.close());
    const send = async (text: string, fault: GatewayFault | null = null): Promise<Handed> => {
      world.fault = fault;
      const handed = await world.gateway.send(message(text));
      world.fault = null;
      return handed;
    };
    const sentWith = async (fault: GatewayFault) => {
      const before = world.delivered().length;
      const { kind: outcome } = await send(token, fault);
      return { outcome, delivered: world.delivered().length - before };
    };

    test('a message is taken, and says what it should', async () => {
      const handed = await send(token);
      assert.equal(handed.kind, 'accepted', JSON.stringify(handed));
      const last = world.delivered().at(-1);
      assert.equal(last?.to, to);
      assert.equal(last?.text, token);
      assert.equal((await send('Braces {to} & "quotes" <x> + 100%')).kind, 'accepted');
      assert.equal(world.delivered().at(-1)?.text, 'Braces {to} & "quotes" <x> + 100%');
      // An accent that a short message lacks would make it two; those beside have no such limit.
      const isShort = kind !== 'sandbox' && kind !== 'whatsapp';
      assert.equal((await send('Crédit prêt, não há')).kind, 'accepted');
      const arrived = isShort ? 'Crédit pret, nao ha' : 'Crédit prêt, não há';
      assert.equal(world.delivered().at(-1)?.text, arrived);
    });

    test('a number that it cannot reach is refused for good', async () => {
      assert.deepEqual(await sentWith('number'), { outcome: 'refused', delivered: 0 });
    });

    test('while it is away, busy or must be set up, nothing is sent and all may be tried later', async () => {
      for (const fault of ['down', 'busy', 'credentials'] as const) {
        assert.deepEqual(await sentWith(fault), { outcome: 'later', delivered: 0 }, fault);
      }
    });

    test('a silence or an answer that cannot be read leaves it open whether it was sent', async () => {
      // One id is delivered once by the sandbox, so that it can be asked again at once.
      const open = kind === 'sandbox' ? 'later' : 'unknown';
      for (const fault of ['slow', 'html'] as const) {
        assert.equal((await sentWith(fault)).outcome, open, fault);
      }
      const { outcome } = await sentWith('error');
      assert.equal(outcome, kind === 'smpp' ? 'later' : open, 'error');
      assert.equal((await send(token)).kind, 'accepted', 'and it goes on');
    });

    test('its reports name the message as it was taken', async () => {
      if (world.report === null) return;
      const handed = await send(token);
      assert.ok(handed.kind === 'accepted' && handed.gatewayIds.length > 0);
      for (const outcome of ['delivered', 'failed'] as const) {
        const told: Told = await world.report(outcome);
        assert.ok(typeof told !== 'string', String(told));
        const heard: Heard | undefined = told[0];
        assert.ok(heard?.kind === 'report');
        assert.equal(heard.outcome, outcome);
        assert.ok(heard.gatewayIds.some((id) => handed.gatewayIds.includes(id)));
      }
    });

    test('a report by somebody else is refused', async () => {
      if (world.report === null || kind === 'smpp') return;
      await send(token);
      assert.equal(await world.report('delivered', { forged: true }), 'badSignature');
    });

    test('what a customer writes comes with its phone', async () => {
      if (world.text === null) return;
      const long = `BAL 04229889888 ${'please '.repeat(30)}`.trim();
      for (const text of ['BAL', 'stat:DELIVRD id:a00000 done', long, 'Bonjour à tous €']) {
        const told = await world.text(to, text);
        assert.ok(typeof told !== 'string', String(told));
        assert.deepEqual(
          told.map((heard) => heard.kind === 'text' && [heard.from, heard.text]),
          [[to, text]],
        );
      }
    });

    test('any bytes at any of its doors are an answer, never a fault', () => {
      const texts = [
        '',
        '{',
        'null',
        '[]',
        'id=&status=',
        '%',
        '\u0000',
        '{"id":{"a":1}}',
        'from=1',
      ];
      for (const door of ['reports', 'texts', 'ussd', 'ussd-end'] as const) {
        for (const text of texts) {
          for (const secret of ['', 'made-up-secret-of-the-tests-01']) {
            const url = `https://prewatt.example/api/messages/x/y/${door}?${text}`;
            const rawBody = new TextEncoder().encode(text);
            const read = world.gateway.heard({ door, secret, url, rawBody, headers: {} });
            assert.ok(!read.ok || Array.isArray(read.value));
          }
        }
      }
    });
  });
}
