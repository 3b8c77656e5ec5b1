// One set of tests for every broker that Prewatt runs on: the embedded one, plain and over TLS, and
// Mosquitto over TLS. What a meter may do, and that a message and a command make their way.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { downTopic, encodeUp, linkTopic, upTopic } from '@prewatt/protocol';
import { energyWh, expectOk } from '@prewatt/quantities';
import type { MqttLink } from '../src/metering/headend/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { createCalls, kinds, listsOf, type Place, stateAt, until } from './broker-kinds.ts';
import { createHarness, type Harness, meterDefaults, newTestUuid } from './harness.ts';

for (const [name, open] of Object.entries(kinds)) {
  describe(name, () => {
    let h: Harness;
    let place: Place;
    let link: MqttLink;
    let calls: ReturnType<typeof createCalls>;
    let other: MeterPlace & { readonly meterPan: string };
    before(async () => {
      h = await createHarness({ link: () => link });
      other = await h.addConnection();
      place = await open(h, [{ ...h.place, meterPan: h.meterPan }, other]);
      link = place.link;
      calls = createCalls(place);
      await link.listen({ up: h.services.ingest.receive, link: h.services.links.changed });
    });
    after(async () => {
      await place?.close();
      await h?.close();
    });

    test('a meter gets in with its own secret or certificate alone', async () => {
      await (await calls.connect(h.meterPan)).endAsync();
      await assert.rejects(calls.connect(h.meterPan, { password: 'wrong' }));
      await assert.rejects(calls.connect('600727000000000009'));
      // Once the certificate was used the secret is none any more.
      if (place.certificates !== undefined) {
        await assert.rejects(calls.connect(h.meterPan, { password: meterDefaults.mqttSecret }));
      }
    });

    test('a meter hears and says nothing in another one’s name', async () => {
      const { client: spy, heard } = await calls.listening(h.meterPan);
      const strange = [downTopic(other.meterPan), '#', 'prewatt/1/meters/+/up'];
      // Either refused, or granted and never served: a broker may decide when it delivers.
      for (const topic of strange) await spy.subscribeAsync(topic, { qos: 1 }).catch(() => []);
      const before = h.services.ingest.counts().received;
      const forged = encodeUp({
        kind: 'profile',
        sequence: 1,
        entries: [{ endsAtMs: h.clock.nowMs, importEnergyWh: energyWh(5) }],
      });
      // One broker ends the connection without a word, the other says no.
      const told = spy.publishAsync(upTopic(other.meterPan), Buffer.from(forged), { qos: 1 });
      const ended = new Promise<void>((resolve) => spy.once('close', () => resolve()));
      await Promise.race([told.catch(() => undefined), ended]);
      const victim = await calls.listening(other.meterPan);
      await calls.say(victim.client, other.meterPan, {
        kind: 'profile',
        sequence: 7,
        entries: [{ endsAtMs: h.clock.nowMs, importEnergyWh: energyWh(6) }],
      });
      await until(() => victim.heard.some((message) => message.kind === 'acknowledge'));
      assert.equal(
        h.services.ingest.counts().received,
        before + 1,
        'the forged one did not arrive',
      );
      assert.deepEqual(heard, []);
      await spy.endAsync(true);
      await victim.client.endAsync();
    });

    test('readings are committed, then acknowledged; a command gets its answer', async () => {
      const { client, heard } = await calls.listening(h.meterPan);
      await calls.say(client, h.meterPan, {
        kind: 'profile',
        sequence: 11,
        entries: [{ endsAtMs: h.clock.nowMs - 1, importEnergyWh: energyWh(77) }],
      });
      await until(() => heard.some((m) => m.kind === 'acknowledge' && m.sequence === 11));
      const rows = await h.database.inUtility(h.utilityId, (tx) =>
        tx.selectFrom('readings').select('value').where('meter_id', '=', h.place.meterId).execute(),
      );
      assert.deepEqual(
        rows.map((row) => row.value),
        [77n],
      );
      await readNow();
      await h.services.commands.sweep(h.utilityId);
      await until(() => heard.some((m) => m.kind === 'command'));
      const command = heard.find((m) => m.kind === 'command');
      assert.ok(command?.kind === 'command');
      await calls.say(client, h.meterPan, {
        kind: 'commandResult',
        sequence: 12,
        commandId: command.commandId,
        completedAtMs: h.clock.nowMs,
        result: { kind: 'readNow' },
      });
      await until(async () => (await stageOf()) === 'done');
      await client.endAsync();
    });

    test('a last will marks the link down; back again, the meter gets what waited', async () => {
      const { client } = await calls.listening(h.meterPan);
      await calls.say(client, h.meterPan, { kind: 'state', state: stateAt(h.clock.nowMs) });
      await until(async () => (await linkUp()) !== undefined);
      await client.publishAsync(linkTopic(h.meterPan), 'online', { qos: 1 });
      await until(async () => (await linkUp()) === true);
      client.stream.destroy();
      await until(async () => (await linkUp()) === false);
      await readNow();
      await h.services.commands.sweep(h.utilityId);
      const again = await calls.listening(h.meterPan);
      await until(() => again.heard.some((m) => m.kind === 'command'));
      await again.client.endAsync();
    });

    // With passwords another broker has a list of its own, which is not ours to change.
    const isOurs = name !== 'Mosquitto over TLS, MQTT 5';
    const revocation = async () => {
      const by = { name: 'Ada', role: 'administrator' as const };
      const asked = { by, requestId: newTestUuid(), reason: 'A test asks', meterPan: h.meterPan };
      const revoked = await h.database.inUtility(h.utilityId, (tx) =>
        h.services.provisioning.revoke(tx, { place: h.place, ...asked }),
      );
      expectOk(revoked, 'revocation');
      place.revoke?.((await listsOf(h)).revokedPem);
      await until(async () => {
        const opened = await calls.connect(h.meterPan).catch(() => null);
        await opened?.endAsync();
        return opened === null;
      });
      await (await calls.connect(other.meterPan)).endAsync();
    };
    if (isOurs) test('a revoked meter is out', revocation);

    const readNow = () =>
      h.database.inUtility(h.utilityId, (tx) =>
        h.services.commands.enqueue(tx, {
          place: h.place,
          kind: 'readNow',
          requestId: newTestUuid(),
          expiresAtMs: h.clock.nowMs + 3_600_000,
        }),
      );
    const stageOf = () =>
      h.database.inUtility(h.utilityId, async (tx) => {
        const row = await tx.selectFrom('commands').select('stage').executeTakeFirst();
        return row?.stage;
      });
    const linkUp = () =>
      h.database.inUtility(h.utilityId, async (tx) => {
        const row = await tx
          .selectFrom('meter_states')
          .select('link_up')
          .where('meter_id', '=', h.place.meterId)
          .executeTakeFirst();
        return row === undefined ? undefined : row.link_up;
      });
  });
}
