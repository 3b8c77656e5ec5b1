// Sessions at every broker that Prewatt runs on, by the same tests: kept while a meter is away and
// for how long, ended at once, what waits in them and what must not; and what a meter has to say
// after a month without a link.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { downTopic, encodeDown, linkTopic, upTopic } from '@prewatt/protocol';
import { energyWh, expectOk } from '@prewatt/quantities';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { MqttLink } from '../src/metering/headend/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import {
  type Certificate,
  createCalls,
  kinds,
  listsOf,
  onWayIn,
  type Place,
  stateAt,
  until,
} from './broker-kinds.ts';
import { createHarness, type Harness, meterDefaults, newTestUuid } from './harness.ts';

const dayMs = 86_400_000;
const monthS = 30 * 86_400;
/** Messages that a meter says at once. */
const many = 400;
type Meter = MeterPlace & { readonly meterPan: string };

for (const [name, open] of Object.entries(kinds)) {
  describe(name, () => {
    let h: Harness;
    let place: Place;
    let link: MqttLink;
    let calls: ReturnType<typeof createCalls>;
    let me: Meter;
    before(async () => {
      h = await createHarness({ link: () => link });
      me = { ...h.place, meterPan: h.meterPan };
      place = await open(h, [me]);
      link = place.link;
      calls = createCalls(place);
      await link.listen({ up: h.services.ingest.receive, link: h.services.links.changed });
    });
    after(async () => {
      await place?.close();
      await h?.close();
    });

    /** A session that outlives the connection by so much. */
    const kept = (expiryS = monthS): IClientOptions =>
      place.version === 4
        ? { clean: false }
        : { clean: false, properties: { sessionExpiryInterval: expiryS } };
    /** Whether the broker still knows the meter's session; `clean` begins another one. */
    const isKnown = async (more: IClientOptions): Promise<boolean> => {
      const proof = place.certificates?.get(me.meterPan) ?? { password: meterDefaults.mqttSecret };
      const client = connect(place.url, {
        ...{ clientId: me.meterPan, username: me.meterPan, protocolVersion: place.version },
        ...proof,
        reconnectPeriod: 0,
        ...(place.ca === undefined ? {} : { ca: place.ca }),
        ...more,
      });
      const known = await new Promise<boolean>((resolve, reject) => {
        client.once('connect', ({ sessionPresent }) => resolve(sessionPresent));
        client.once('error', reject);
      });
      await client.endAsync();
      return known;
    };
    const enqueue = (expiresInMs: number) =>
      h.database.inUtility(h.utilityId, (tx) =>
        h.services.commands.enqueue(tx, {
          place: me,
          kind: 'readNow',
          requestId: newTestUuid(),
          expiresAtMs: h.clock.nowMs + expiresInMs,
        }),
      );
    const stages = () =>
      h.database.inUtility(h.utilityId, async (tx) => {
        const rows = await tx.selectFrom('commands').select('stage').orderBy('id').execute();
        return rows.map(({ stage }) => stage);
      });
    const marker = (sequence: number) => encodeDown({ kind: 'acknowledge', sequence });

    test('what a meter has subscribed to is kept while it is away, and for a month at most', async () => {
      const client = await calls.connect(me.meterPan, { more: kept() });
      await client.subscribeAsync(downTopic(me.meterPan), { qos: 1 });
      await client.endAsync();
      assert.equal(await isKnown(kept()), true);
      if (place.broker !== undefined) {
        place.broker.dropExpired(Date.now() + 29 * dayMs);
        assert.equal(await isKnown(kept()), true);
        place.broker.dropExpired(Date.now() + 31 * dayMs);
      } else {
        // Told to be shorter, since a month is not waited for.
        assert.equal(await isKnown(kept(1)), true);
        await setTimeout(3_000);
      }
      assert.equal(await isKnown(kept()), false);
    });

    test('a command that expired while its meter was away does not come when it is back', async () => {
      const first = await calls.listening(me.meterPan, { more: kept() });
      await calls.say(first.client, me.meterPan, { kind: 'state', state: stateAt(h.clock.nowMs) });
      await until(async () => (await linkUp()) !== undefined);
      await first.client.publishAsync(linkTopic(me.meterPan), 'online', { qos: 1 });
      await until(async () => (await linkUp()) === true);
      // Deaf from here on: nothing is taken, nothing confirmed.
      first.client.handleMessage = () => {};
      await enqueue(1_500);
      await h.services.commands.sweep(h.utilityId);
      first.client.stream.destroy();
      await until(async () => (await linkUp()) === false);
      await enqueue(1_500);
      await h.services.commands.sweep(h.utilityId);
      await setTimeout(4_000);
      h.clock.nowMs += 10_000;
      await h.services.commands.sweep(h.utilityId);
      assert.deepEqual(await stages(), ['expired', 'expired']);
      const again = await calls.listening(me.meterPan, { more: kept() });
      await link.send(me.meterPan, marker(77));
      await until(() => again.heard.some((m) => m.kind === 'acknowledge'));
      assert.deepEqual(
        again.heard.filter(({ kind }) => kind === 'command'),
        [],
      );
      await again.client.endAsync();
    });

    test('thirty days of readings come in after a month without a link, each once', async () => {
      const { client, heard } = await calls.listening(me.meterPan);
      const startMs = h.clock.nowMs - 30 * dayMs;
      const acknowledged = (sequence: number) => () =>
        heard.some((m) => m.kind === 'acknowledge' && m.sequence === sequence);
      const day = (n: number) =>
        calls.say(client, me.meterPan, {
          kind: 'profile',
          sequence: 1_000 + n,
          entries: Array.from({ length: 48 }, (_, i) => ({
            endsAtMs: startMs + n * dayMs + (i + 1) * 1_800_000,
            importEnergyWh: energyWh(n * 4_800 + i * 100),
          })),
        });
      for (let n = 0; n < 30; n += 1) await day(n);
      for (let n = 0; n < 30; n += 1) await until(acknowledged(1_000 + n));
      // An answer that was lost: the meter says it again.
      for (const n of [3, 4, 29]) await day(n);
      await h.services.ingest.drained();
      assert.equal(await readingCount(), 30 * 48);
      await client.endAsync();
    });

    test('while the head-end has no room a meter’s messages wait, and none is lost', async () => {
      const taken: number[] = [];
      let letGo = (): void => {};
      let isFull = true;
      const room = new Promise<void>((resolve) => {
        letGo = () => {
          isFull = false;
          resolve();
        };
      });
      await link.listen({
        up: (_, payload) => {
          taken.push(Buffer.from(payload).readUInt16BE(0));
          return isFull ? room : undefined;
        },
        link: h.services.links.changed,
      });
      const client = await calls.connect(me.meterPan);
      const all = Array.from({ length: many }, (_, i) => i);
      const sent = all.map((i) => {
        const payload = Buffer.alloc(2_000);
        payload.writeUInt16BE(i, 0);
        return client.publishAsync(upTopic(me.meterPan), payload, { qos: 1 });
      });
      await until(() => taken.length > 0);
      await setTimeout(500);
      assert.ok(taken.length < many / 4, `${taken.length} of ${many} are in memory`);
      letGo();
      await Promise.all(sent);
      await until(() => taken.length >= many);
      assert.deepEqual(taken, all, 'each once, in order');
      await link.listen({ up: h.services.ingest.receive, link: h.services.links.changed });
      await client.endAsync();
    });

    test('a session ends at once when the head-end says so; its last will tells', async () => {
      const { client } = await calls.listening(me.meterPan);
      await until(async () => (await linkUp()) === true);
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
      link.drop(me.meterPan);
      await closed;
      await until(async () => (await linkUp()) === false);
    });

    if (name.endsWith('certificates')) {
      test('an old certificate on its way in keeps no session beside the new one', async () => {
        await (place.broker === undefined ? raceElsewhere() : raceHere());
      });
    }

    const another = async (): Promise<Certificate & { readonly serial: string }> => {
      const by = { name: 'Ada', role: 'administrator' as const };
      const { meterPan, ...of } = me;
      const asked = { place: of, meterPan, by, requestId: newTestUuid(), reason: 'A test asks' };
      const made = await h.database.inUtility(h.utilityId, (tx) =>
        h.services.certifying.certify(tx, { ...asked, csrPem: null, isClaim: false }),
      );
      const { keyPem, certificatePem: cert, serial } = expectOk(made, 'certificate');
      return { key: keyPem ?? '', cert, serial };
    };

    /** Looked at before the new one's first use, answered after it. */
    const raceHere = async (): Promise<void> => {
      await (await calls.connect(me.meterPan)).endAsync();
      const certificate = await another();
      let letGo = (): void => {};
      const answered = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const looked = new Promise<void>((resolve) => {
        onWayIn.wait = async () => {
          onWayIn.wait = async () => {};
          resolve();
          await answered;
        };
      });
      const old = calls.connect(me.meterPan);
      await looked;
      const fresh = await calls.listening(me.meterPan, { certificate });
      letGo();
      await assert.rejects(old);
      await link.send(me.meterPan, marker(5));
      await until(() => fresh.heard.length === 1);
      await fresh.client.endAsync();
      await assert.rejects(calls.connect(me.meterPan));
    };

    /** Another broker knows by the list alone: with it, and its session ended, the old is out. */
    const raceElsewhere = async (): Promise<void> => {
      const { certifying } = h.secondServices({ identity: { brokerTellsUse: false } }) as Pick<
        Harness['services'],
        'certifying'
      >;
      const { serial, ...certificate } = await another();
      const fresh = await calls.connect(me.meterPan, { certificate });
      await certifying.linkSaid(me.meterPan, { kind: 'certificateInUse', serial });
      // In before the broker has the list: the old one takes the session over.
      const old = await calls.connect(me.meterPan);
      const isOut = new Promise<void>((resolve) => old.once('close', () => resolve()));
      place.revoke?.((await listsOf(h)).revokedPem);
      await until(async () => !(await comes({})));
      const stillThere: MqttClient[] = old.connected ? [old] : [];
      link.drop(me.meterPan);
      if (stillThere.length > 0) await isOut;
      await assert.rejects(calls.connect(me.meterPan));
      await fresh.endAsync(true);
      // The head-end may be at it still, and end the first try as well.
      await until(() => comes({ certificate }));
    };
    const comes = async (of: { readonly certificate?: Certificate }): Promise<boolean> => {
      const opened = await calls.connect(me.meterPan, of).catch(() => null);
      await opened?.endAsync();
      return opened !== null;
    };

    const linkUp = () =>
      h.database.inUtility(h.utilityId, async (tx) => {
        const row = await tx
          .selectFrom('meter_states')
          .select('link_up')
          .where('meter_id', '=', me.meterId)
          .executeTakeFirst();
        return row?.link_up;
      });
    const readingCount = () =>
      h.database.inUtility(h.utilityId, async (tx) => {
        const { n } = await tx
          .selectFrom('readings')
          .select((eb) => eb.fn.countAll<bigint>().as('n'))
          .where('meter_id', '=', me.meterId)
          .executeTakeFirstOrThrow();
        return Number(n);
      });
  });
}
