// A cheap phone, end to end on a real database: texts and USSD through the door of a gateway, a
// purchase that the phone is asked for, the token again, a friend's meter, and who may see what.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { energyWh, powerW } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import { createDatabase } from '../src/base/database.ts';
import { createFriendLimits } from '../src/edge/consumer/friend.ts';
import { createPhoneLimits } from '../src/edge/phones/limits.ts';
import type { Heard } from '../src/messaging/gateways/index.ts';
import { createUseCounts } from '../src/registry/use-counts/index.ts';
import { type Harness, meterDefaults, meterPanOf, testUtility } from './harness.ts';
import { type HttpHarness, Visitor } from './http-harness.ts';
import { createPhoneHarness, door, type PhoneHarness, secret } from './phone-harness.ts';

const neighbour = '+254722000999';
let p: PhoneHarness;
let h: Harness;
let http: HttpHarness;
let phone: string;
let meterPan: string;

before(async () => {
  p = await createPhoneHarness();
  ({ h, http } = p);
  ({ phone } = p.world);
  const home = await h.addConnection({
    name: 'Shop “Mama”',
    customer: { name: 'Akinyi Otieno', phone },
    address: '12 Moi Avenue, Kisumu',
  });
  meterPan = home.meterPan;
});
after(() => p.close());

const post: PhoneHarness['post'] = (path, form) => p.post(path, form);
const dial: PhoneHarness['dial'] = (answers, from) => p.dial(answers, from);
const write: PhoneHarness['write'] = (text, o) => p.write(text, o);
const lettersOf = (token: string) => token.replace(/\d{4}( \d{4}){4}/, 'TOKEN');

test('a forged address, another gateway or a door that there is not opens nothing', async () => {
  const form = { sessionId: 's', serviceCode: '*384#', phoneNumber: phone, text: '' };
  const wrong = `/api/messages/africas-talking/${secret.slice(0, -1)}2/ussd`;
  assert.equal((await post(wrong, form)).statusCode, 401);
  assert.equal((await post(`/api/messages/twilio/${secret}/ussd`, form)).statusCode, 404);
  assert.equal((await post(`${door}/nothing`, form)).statusCode, 404);
  assert.equal((await post(`${door}/ussd`, { text: '' })).statusCode, 400);
});

test('USSD: buying asks the phone, and the token is shown again when it is paid', async () => {
  assert.match(await dial([]), /^CON 1 Balance/);
  assert.match(await dial(['3']), /^CON No token/);
  assert.match(await dial(['2']), /^CON Amount in KES for Shop "Mama":/);
  assert.match(await dial(['2', '0']), /^CON From 1 to 10000/);
  assert.match(await dial(['2', '50', '1']), /^END Confirm the payment on your phone/);
  assert.deepEqual(await p.payments(), [
    { payer_phone: phone, amount_minor: 5_000n, state: 'pending' },
  ]);
  await p.pay();
  const shown = await dial(['3']);
  assert.equal(lettersOf(shown), 'CON Last token:\nTOKEN\nIt works once.\n0 Menu');
  assert.match(await dial(['4', '1']), /^CON Last token/);
});

test('USSD: the same hop twice buys once; a session that was cut off is offered again', async () => {
  const form = { sessionId: 'cut', serviceCode: '*384#', phoneNumber: phone };
  for (const text of ['', '2', '2*60']) await post(`${door}/ussd`, { ...form, text });
  const again = { ...form, sessionId: 'again' };
  const menu = (await post(`${door}/ussd`, { ...again, text: '' })).body;
  assert.match(menu, /^CON 8 Go on: KES 60.00\n1 Balance\n2 Buy/);
  assert.match((await post(`${door}/ussd`, { ...again, text: '8' })).body, /^CON Buy KES 60.00/);
  const known = (await p.payments()).length;
  for (let i = 0; i < 3; i += 1) {
    const said = await post(`${door}/ussd`, { ...again, text: '8*1' });
    assert.match(said.body, /^END Confirm/);
  }
  assert.equal((await p.payments()).length, known + 1);
});

test('USSD: an automatic top-up asks the most in a week and a yes', async () => {
  assert.match(await dial(['7', '1', '50', '40']), /^CON Not less than KES 50.00, please/);
  assert.equal(
    await dial(['7', '1', '50', '80']),
    'CON Ask you for KES 50.00 when less than 2 days are left, KES 80.00 a week at most?\n1 Yes\n2 No',
  );
  assert.match(await dial(['7']), /^CON Automatic top-up: off/);
  const on = /^CON Automatic top-up: on, KES 50.00 when less than 2 d are left, KES 80.00 a week/;
  assert.match(await dial(['7', '1', '50', '80', '1']), on);
  assert.match(await dial(['7', '3']), /^CON Automatic top-up: off/);
});

test('USSD: a friend is shown by initials and street, and the friend’s own phone is not asked', async () => {
  const screen = await dial(['5', meterPan, '70'], neighbour);
  assert.equal(screen, 'CON Buy KES 70.00 for A. O., Moi Avenue?\n1 Yes\n2 No');
  assert.match(
    await dial(['5', meterPan, '70', '1'], neighbour),
    /^END Confirm .* The token goes to the friend's phone and meter\. You get no message/,
  );
  assert.equal((await p.payments()).at(-1)?.payer_phone, neighbour);
  assert.match(await dial(['5', '04229889881'], neighbour), /^CON No meter has this number/);
  assert.match(await dial([], '+254733000000'), /^CON No home has this phone/);
  assert.match(await dial(['1'], '+254733000000'), /^CON Not understood/);
});

test('USSD: a phone sees its homes of several utilities, and what each of them has left', async () => {
  const shared = '+254744000111';
  const customer = { name: 'Wanjiku', phone: shared };
  await h.addConnection({ name: 'Here', customer });
  const { currency } = p.world;
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Next', currency });
  await h.database.inUtility(otherId, async (tx) => {
    const document = { ...demoTariff, currency };
    const tariffId = await h.onboarding.createTariff(tx, otherId, { name: 'Homes', document });
    await h.onboarding.createConnection(tx, otherId, {
      ...{ name: 'There', address: '1 Far Road', customer, tariffId, debts: [] },
      meter: { ...meterDefaults, meterPan: meterPanOf(900) },
    });
  });
  const homes = await dial(['1'], shared);
  assert.equal(homes, 'CON Which home?\n1 Here\n2 There\n0 <');
  assert.match(await dial(['1', '1'], shared), /^CON Here: the meter has not told yet/);
  assert.match(await dial(['1', '2'], shared), /^CON There: the meter has not told yet/);
  assert.match(await dial(['2', '2', '50'], shared), /^CON Buy KES 50.00 for There\?/);
});

test('USSD: so many screens an hour, counted for those that stand and those that act', async () => {
  const busy = '+254755000222';
  const form = { sessionId: 'many', serviceCode: '*384#', phoneNumber: busy };
  await h.owner.directories
    .insertInto('use_count_directory')
    .values({ key: `screen ${busy}`, from_at: new Date(), count: 298 })
    .execute();
  const type = async (text: string) => (await post(`${door}/ussd`, { ...form, text })).body;
  assert.match(await type(''), /^CON No home/);
  assert.match(await type('6'), /^CON Language/);
  assert.match(await type('6*2'), /^END Too many tries/, 'an act is not done');
  assert.equal((await h.services.phones.choicesOf(busy)).language, null);
  assert.match(await type('6'), /^END Too many tries/);
  await p.countsAreOver();
  assert.match(await type('6*2'), /^CON Simu hii haina nyumba/, 'goes on where it stood');
});

test('USSD: a language is kept; the office is told of a meter that says reject, once', async () => {
  assert.match(await dial(['6', '2']), /^CON 1 Salio/);
  assert.match(await dial(['1']), /Shop "Mama": mita bado haijatuma/);
  await dial(['4', '2']);
  await dial(['6', '1']);
  const open = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('inbound_texts').select(['text', 'state']).where('state', '=', 'open').execute(),
  );
  assert.deepEqual(open, [
    { text: `By USSD: meter ${meterPan} does not take the token.`, state: 'open' },
  ]);
});

test('texts: what is left, the token again, and help', async () => {
  assert.deepEqual(await write('bal'), ['Shop “Mama”: the meter has not told yet.']);
  const [again = ''] = await write('TOKEN');
  assert.match(lettersOf(again), /^Again: .*TOKEN/);
  assert.match((await write('help'))[0] ?? '', /^BAL: what is left/);
  assert.deepEqual(await write('TOKEN', { from: neighbour }), [], 'nobody else sees it');
});

test('texts: BUY asks the phone once, however often the gateway tells it', async () => {
  const known = (await p.payments()).length;
  const [asked] = await write('Buy 80', { id: 'buy-1' });
  assert.match(asked ?? '', /^Confirm KES 80.00 for Shop “Mama” on your phone/);
  assert.deepEqual(await write('Buy 80', { id: 'buy-1' }), []);
  assert.equal((await p.payments()).length, known + 1);
  assert.match((await write('BUY'))[0] ?? '', /^To buy write BUY/);
  assert.match((await write('BUY 0'))[0] ?? '', /^Write an amount from 1 to 10000/);
  const [friends] = await write(`BUY 40 ${meterPan}`, { from: neighbour });
  assert.match(friends ?? '', /^Confirm KES 40.00 for A. O., Moi Avenue .* you get no message\.$/);
  assert.equal((await p.payments()).at(-1)?.payer_phone, neighbour);
});

test('three texts within seconds are one purchase; once it is paid or refused another begins', async () => {
  const hasty = '+254722000997';
  const home = await h.addConnection({ name: 'Hasty', customer: { name: 'H', phone: hasty } });
  const ofHasty = async () =>
    (await p.payments())
      .filter(({ payer_phone }) => payer_phone === hasty)
      .map(({ state }) => state);
  const form = { from: hasty, to: '22345' };
  const wishes = ['BUY 50', 'buy R50', `BUY 50 ${home.meterPan}`];
  await Promise.all(
    wishes.map((text, i) => post(`${door}/texts`, { ...form, text, id: `hasty-${i}` })),
  );
  assert.deepEqual(await ofHasty(), ['pending']);
  const said = (await p.answers()).filter((text) => text.includes('Hasty'));
  assert.equal(said.filter((text) => /^Confirm KES 50.00 for Hasty/.test(text)).length, 1);
  const again = /^You asked for KES 50.00 for Hasty already|if your phone asks for KES 50.00/i;
  assert.equal(said.filter((text) => again.test(text)).length, 2);
  assert.match(
    await dial(['2', '50', '1'], hasty),
    /^END You asked for KES 50.00 already. .* Ask again in 20 min\.$/,
    'ten minutes later the provider may still bring it',
  );
  assert.match((await write('BUY 60', { from: hasty }))[0] ?? '', /^Confirm KES 60.00/);
  assert.match(
    (await write('BUY 70', { from: hasty }))[0] ?? '',
    /^Your phone was asked for KES 60/,
  );
  assert.deepEqual(await ofHasty(), ['pending', 'pending']);
  for (const asked of [...p.world.money.values()].slice(-2))
    Object.assign(asked, { state: 'paid' });
  h.clock.nowMs += 90_000;
  await h.services.payments.checkOpen(h.utilityId);
  assert.deepEqual(await ofHasty(), ['succeeded', 'succeeded']);
  assert.match(
    (await write('BUY 60', { from: hasty }))[0] ?? '',
    /^You bought KES 60.00 .* in 1 min/,
  );
  assert.match((await write('BUY 40', { from: hasty }))[0] ?? '', /^Confirm KES 40.00/);
  p.world.decide('failed');
  h.clock.nowMs += 60_000;
  await h.services.payments.checkOpen(h.utilityId);
  assert.match((await write('BUY 40', { from: hasty }))[0] ?? '', /^Confirm KES 40.00/);
});

test('whom the provider never heard may ask again at once; what it may have taken stands', async () => {
  const patient = '+254722000995';
  await h.addConnection({ name: 'Patient', customer: { name: 'P', phone: patient } });
  const ofPatient = async () =>
    (await p.payments())
      .filter(({ payer_phone }) => payer_phone === patient)
      .map(({ state }) => state);
  const sms = async (text: string) => (await write(text, { from: patient }))[0] ?? '';
  const pushes = () => [...p.world.prompts.values()].reduce((sum, n) => sum + n, 0);
  const known = pushes();
  p.world.fault = 'nameless';
  const away = 'The payment service does not answer. Nothing was asked for.';
  assert.ok((await sms('BUY 290')).startsWith(away));
  assert.ok((await dial(['2', '290', '1'], patient)).startsWith(`END ${away}`));
  assert.deepEqual(await ofPatient(), ['failed', 'failed']);
  // It is there again: nothing of before comes, and the next wish is asked for once.
  p.world.fault = null;
  h.clock.nowMs += 30_000;
  await h.services.payments.checkOpen(h.utilityId);
  assert.equal(pushes(), known);
  assert.match(await sms('BUY 290'), /^Confirm KES 290.00 for Patient/);
  assert.equal(pushes(), known + 1);
  p.world.decide('failed');
  h.clock.nowMs += 30_000;
  await h.services.payments.checkOpen(h.utilityId);

  p.world.fault = 'slow';
  assert.match(await sms('BUY 310'), /^No clear answer .* asks for KES 310.00 .* again in 5 min/);
  p.world.fault = null;
  assert.match(await sms('BUY 310'), /^No clear answer .* asks for KES 310.00/);
  assert.match(await sms('BUY 20'), /^No clear answer .* for KES 310.00 .* again in 2 min/);
  h.clock.nowMs += 60_000;
  await h.services.payments.checkOpen(h.utilityId);
  assert.deepEqual([(await ofPatient()).at(-1), pushes()], ['requested', known + 1]);
  h.clock.nowMs += 240_000;
  assert.match(await sms('BUY 310'), /^Confirm KES 310.00 for Patient/);
  assert.equal(pushes(), known + 2);
});

test('texts: STOP is kept until START, and answers still come', async () => {
  assert.match((await write('STOP'))[0] ?? '', /^You get no more notices/);
  assert.equal((await h.services.phones.choicesOf(phone)).isStopped, true);
  assert.equal((await write('BAL')).length, 1);
  await write('start');
  assert.equal((await h.services.phones.choicesOf(phone)).isStopped, false);
});

test('texts: what is no command waits for a person; machines are not answered', async () => {
  assert.deepEqual(await write('The meter makes a noise'), [
    'Thank you. The office reads your message.',
  ]);
  const open = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('inbound_texts')
      .select('text')
      .where('state', '=', 'open')
      .orderBy('id', 'desc')
      .executeTakeFirst(),
  );
  assert.equal(open?.text, 'The meter makes a noise');
  assert.deepEqual(await write('HELP', { from: 'SAFARICOM' }), []);
  assert.deepEqual(await write('HELP', { from: '22345' }), []);
});

test('texts: one phone is answered so often in an hour', async () => {
  await p.countsAreOver();
  const counts: number[] = [];
  for (let i = 0; i < 22; i += 1) counts.push((await write('HELP')).length);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    20,
  );
});

test('what a gateway says at the door reaches its message', async () => {
  const heard: Heard = {
    ...{ kind: 'report', gatewayIds: ['nobody'], outcome: 'delivered', reason: null },
    isOptedOut: false,
  };
  assert.equal(await h.services.hear('africas-talking', heard), null);
  const form = { id: 'nobody', status: 'Success' };
  assert.equal((await post(`${door}/reports`, form)).statusCode, 200);
  h.clock.nowMs += 2 * 86_400_000;
  await p.countsAreOver();
  await h.services.sweepDialogues();
  await h.services.messages.sweepReports();
  const left = await h.database.directories
    .selectFrom('ussd_session_directory')
    .select('phone')
    .execute();
  assert.deepEqual(left, []);
});

test('the console shows what waits, covers tokens, and one person reads it', async () => {
  const person = { email: 'inbox@utility.test', password: 'a password of the tests' };
  await http.createOperator({ ...person, role: 'operator' });
  const browser = new Visitor(http.app, '10.7.0.1');
  const { email, password } = person;
  await browser.postJson('/api/auth/sign-in/email', { email, password });
  const list = async (show: string) =>
    (await browser.get(`/api/operator/inbox?show=${show}`)).json().rows;
  const open = await list('open');
  assert.deepEqual(
    open.map((row: { text: string }) => row.text),
    ['The meter makes a noise', `By USSD: meter ${meterPan} does not take the token.`],
  );
  const all = await list('all');
  assert.ok(
    all.every((row: { answer: string | null }) => !/\d{4} \d{4} \d{4}/.test(row.answer ?? '')),
  );
  const path = `/api/operator/inbox/${open[0].textId}/done`;
  assert.equal((await browser.postJson(path, {})).statusCode, 200);
  assert.equal((await browser.postJson(path, {})).statusCode, 404);
  assert.equal((await list('open')).length, 1);
});

test('a home whose token waits is told to type it when it asks for what is left', async () => {
  await h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(0),
      importEnergyWh: energyWh(10),
      creditedEnergyWh: energyWh(10),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'disconnected',
      creditStatus: 'outOfCredit',
    },
  });
  const ussd = await dial(['1']);
  assert.equal(
    lettersOf(ussd),
    'CON Shop "Mama": credit is used up, supply is off.\nType your token: TOKEN\n0 Menu',
  );
  const [text] = await write('BAL');
  assert.equal(
    lettersOf(text ?? ''),
    'Shop “Mama”: credit is used up, supply is off. Type your token: TOKEN',
  );
});

test('a home without credit hears of emergency credit that it may take, unless a token waits', async () => {
  const phone = '+254722000996';
  const home = await h.addConnection({ name: 'Hut', customer: { name: 'C', phone } });
  await h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(0),
      importEnergyWh: energyWh(10),
      creditedEnergyWh: energyWh(10),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'disconnected',
      creditStatus: 'outOfCredit',
      account: {
        paymentMode: 'prepayment',
        creditUnit: 'energy',
        creditInUse: null,
        veryLow: true,
        emergency: { status: 'selectable', leftEnergyWh: energyWh(500), usedEnergyWh: energyWh(0) },
        reservedEnergyWh: energyWh(0),
        openReasons: ['credit'],
        protectedUntilMs: null,
        powerLimitW: null,
        tamper: [],
      },
    },
  });
  assert.equal(
    await dial(['1'], phone),
    'CON Hut: credit is used up, supply is off.\nYou can take 0.5 kWh of emergency credit at the meter.\n0 Menu',
  );
});

test('two servers count together what a phone and an address may do; what was none is given back', async () => {
  const other = createDatabase({ url: h.appUrl, maximumConnections: 4 });
  const databases = [h.database, other];
  const [here, there] = databases.map(createPhoneLimits);
  assert.ok(here !== undefined && there !== undefined);
  const asked = Array.from({ length: 10 }, (_, i) =>
    (i % 2 === 0 ? here : there).mayHave('+254700000123', 'purchase'),
  );
  assert.equal((await Promise.all(asked)).filter(Boolean).length, 6);
  assert.ok(await there.mayHave('+254700000124', 'purchase'), 'of another phone');
  assert.ok(await there.mayHave('+254700000123', 'screen'), 'of another kind');

  const looks = databases.map(createFriendLimits);
  for (let i = 0; i < 24; i += 1) {
    const friends = looks[i % 2];
    assert.ok(await friends?.mayAsk('192.0.2.7'));
    // Fourteen were none's, ten were somebody's.
    await friends?.asked('192.0.2.7', i < 14 ? 'missed' : 'found');
  }
  assert.ok(await looks[0]?.mayAsk('192.0.2.7'));
  await looks[0]?.asked('192.0.2.7', 'missed');
  assert.equal(await looks[1]?.mayAsk('192.0.2.7'), false, 'fifteen were missed');

  const counts = createUseCounts(other);
  await p.countsAreOver();
  assert.ok(await there.mayHave('+254700000123', 'purchase'), 'an hour later');
  await counts.sweep();
  const left = await h.owner.directories.selectFrom('use_count_directory').select('key').execute();
  assert.deepEqual(left, [{ key: 'purchase +254700000123' }]);
  await other.close();
});

test('of a meter that never spoke nobody says that supply is on', async () => {
  const quiet = '+254722000998';
  const home = await h.addConnection({ name: 'Kiosk', customer: { name: 'B', phone: quiet } });
  await h.owner.directories
    .updateTable('connections')
    .set({ credit_mode: 'wallet', prepaid_minor: 0n })
    .where('id', '=', home.connectionId)
    .execute();
  assert.equal(await dial(['1'], quiet), 'CON Kiosk: credit is used up.\n0 Menu');
});

test('a phone of no home: its words are answered once, and a person reads what was no command', async () => {
  const stranger = '+254733000111';
  const asked = async () => {
    const { rows } = await sql<{ text: string; state: string; home: string | null }>`
      SELECT text, state, connection_id AS home FROM prewatt.inbound_texts
      WHERE phone = ${stranger} ORDER BY id`.execute(h.owner.directories);
    return rows.map(({ text, state, home }) => [text, state, home]);
  };
  await write('BAL', { from: stranger });
  const said = p.handed.filter(({ to }) => to === stranger);
  assert.equal(said.length, 1);
  assert.match(said[0]?.text ?? '', /^No home has this phone/);
  // Gateways take ids of visible characters alone.
  assert.match(said[0]?.id ?? '', /^[\x21-\x7e]{1,100}$/);
  await write('My meter burns', { from: stranger, id: 'stranger-2' });
  await write('My meter burns', { from: stranger, id: 'stranger-2' });
  assert.deepEqual(await asked(), [
    ['BAL', 'answered', null],
    ['My meter burns', 'open', null],
  ]);
  for (let i = 0; i < 30; i += 1) await write(`again ${i}`, { from: stranger });
  assert.equal((await asked()).length, 19, 'not more than it would be answered');
});

test('a command in Kiswahili is answered in it until the phone has chosen a language', async () => {
  const other = '+254733000222';
  const home = await h.addConnection({ customer: { name: 'Juma Ali', phone: other } });
  assert.match((await write('TOKENI', { from: other })).join(), /Hakuna tokeni/);
  assert.match((await write('TOKEN', { from: other })).join(), /No token was sold/);
  await h.services.phones.speak(other, 'en');
  assert.match((await write(`tokeni ${home.meterPan}`, { from: other })).join(), /No token was/);
});
