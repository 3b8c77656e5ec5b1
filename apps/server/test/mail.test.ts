// E-mail beside text messages, against a mail server in this process: an address that is proved
// first, a receipt as PDF, choices, a mailbox that is not there, and a server that is away.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { idFromUuid, uuidIn, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createMailServer, mailConfig } from '../src/messaging/mail/index.ts';
import { ensureOwnCertificate } from '../src/metering/headend/broker/tls.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { createSmtpListener } from './smtp-listener.ts';
import { createVendor } from './vendor-harness.ts';

const phone = '+27825550101';
let smtp: Awaited<ReturnType<typeof createSmtpListener>>;
let h: Harness;
let http: HttpHarness;
let visitor: Visitor;
const server = (port: number) => ({
  ...{ host: '127.0.0.1', port, security: 'none' as const },
  ...{ user: 'prewatt', password: 'a secret', from: 'Test Utility <no-reply@u.test>' },
  authority: null,
});

before(async () => {
  smtp = await createSmtpListener();
  // The first is away; the second takes what comes.
  h = await createHarness({ push: { mail: [server(1), server(smtp.port)] } });
  http = await createHttpHarness(h);
  visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  await visitor.post('/sign-in/code', { phone, code: http.codes.at(-1)?.code ?? '' });
});
after(async () => {
  await http.close();
  await h.close();
  h.services.mail.close();
  await smtp.close();
});

const page = () => `/connections/${idFromUuid('connection', h.place.connectionId)}`;
const change = async (form: Record<string, string>): Promise<string> => {
  const answer = await visitor.post(`${page()}/mail`, form);
  assert.equal(answer.statusCode, 303, answer.body);
  return (await visitor.get(String(answer.headers['location']))).body;
};
const codeOf = (): string =>
  /\b(\d{6}) is your code/.exec(smtp.taken.at(-1)?.data ?? '')?.[1] ?? '';
let facts = 0;
async function queue(kind: 'tokenIssued' | 'creditLow', factKey = `fact:${++facts}`) {
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.messages.queue(tx, {
      ...{ place: h.place, kind, factKey, phone },
      text: 'Test Utility: your token 1234 5678 9012 3456 7890 for Flat 1',
    }),
  );
}
const jobs = async () => {
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('messages').select(['bucket', 'id']).orderBy('created_at').execute(),
  );
  return rows.map(({ bucket, id }) => ({ utilityId: h.utilityId, bucket, messageId: id }));
};
const sendAll = async () => {
  for (const job of await jobs()) await h.services.jobs.sendMails(job);
};

test('an address gets nothing but a code until the code is typed; five wrong ones end it', async () => {
  assert.match((await visitor.get(`${page()}/messages`)).body, /Send me a code/);
  assert.match(await change({ change: 'address', address: 'no address' }), /name@example\.com/);
  const asked = await change({ change: 'address', address: 'ama@mail.test' });
  assert.match(asked, /A code was sent to <b[^>]*>ama@mail\.test/);
  assert.equal(smtp.taken.length, 1);
  assert.match(smtp.taken[0]?.data ?? '', /Subject: Your code/);
  assert.deepEqual(smtp.signIns, ['|prewatt|a secret']);
  await queue('tokenIssued');
  await sendAll();
  assert.equal(smtp.taken.length, 1, 'not proved yet');
  const wrong = codeOf() === '111111' ? '222222' : '111111';
  for (let nth = 0; nth < 5; nth++) {
    assert.match(await change({ change: 'code', code: wrong }), /This is not the code/);
  }
  assert.match(await change({ change: 'code', code: codeOf() }), /This code is over/);
  await change({ change: 'address', address: 'ama@mail.test' });
  assert.match(await change({ change: 'code', code: codeOf() }), /Sent to <b[^>]*>ama/);
});

test('another address waits for its code: until then the first one gets the mail', async () => {
  const asked = await change({ change: 'address', address: 'ama@other.test' });
  assert.match(asked, /Sent to <b[^>]*>ama@mail\.test[\s\S]*A code was sent to <b[^>]*>ama@other/);
  const code = codeOf();
  assert.equal(smtp.taken.at(-1)?.to, 'ama@other.test');
  await queue('tokenIssued');
  await sendAll();
  assert.equal(smtp.taken.at(-1)?.to, 'ama@mail.test');
  assert.match(await change({ change: 'code', code }), /Sent to <b[^>]*>ama@other\.test/);
  await queue('tokenIssued');
  await sendAll();
  assert.equal(smtp.taken.at(-1)?.to, 'ama@other.test');
});

test('codes and subjects are in the language of the phone', async () => {
  const { phones } = h.services;
  await phones.speak(phone, 'sw');
  await sql`DELETE FROM prewatt.use_count_directory`.execute(h.owner.directories);
  await change({ change: 'address', address: 'ama@mail.test' });
  const { data = '' } = smtp.taken.at(-1) ?? {};
  assert.match(data, /^Subject: Msimbo wako$/m);
  const code = /\b(\d{6}) ni msimbo wako/.exec(data)?.[1] ?? '';
  assert.match(await change({ change: 'code', code }), /Hutumwa kwa <b[^>]*>ama@mail\.test/);
  await queue('tokenIssued');
  await sendAll();
  const receipt = smtp.taken.at(-1)?.data ?? '';
  assert.match(receipt, /^Subject: Tokeni yako imefika\.$/m);
  assert.match(receipt, /Unachopata/);
  await phones.speak(phone, 'en');
});

test('a message goes by mail once, its subject without a token; what is not chosen does not', async () => {
  await change({ change: 'wants', receipts: 'on' });
  const before = smtp.taken.length;
  await queue('tokenIssued');
  await queue('creditLow');
  await sendAll();
  await sendAll();
  const mails = smtp.taken.slice(before);
  assert.equal(mails.length, 1, 'the token');
  const { data } = mails.at(-1) ?? { data: '' };
  assert.match(data, /^From: Test Utility <no-reply@u\.test>$/m);
  assert.match(data, /^Subject: Your token is here\.$/m);
  assert.match(data, /1234 5678 9012 3456 7890/);
  assert.match(data, /^Message-ID: <[0-9a-f-]{36}@/m);
  assert.match(data, /^Auto-Submitted: auto-generated$/m);
});

test('the mail of a purchase has its receipt as PDF', async () => {
  const { till } = await createVendor(h, 'Corner shop');
  const request = { requestId: 'till-sale-1', meterPan: h.meterPan, amountMinor: 5_000n };
  const sold = await h.services.vendors.selling.sell(till, request);
  assert.ok(sold.ok);
  await sendAll();
  const { data } = smtp.taken.at(-1) ?? { data: '' };
  const name = `receipt-${sold.value.saleId.slice(-12)}.pdf`;
  assert.ok(data.includes(`filename=${name}`), data.slice(0, 800));
  const link = h.services.receiptLinks.urlOf(uuidIn(sold.value.saleId));
  assert.ok(data.replaceAll(/=\r?\n/g, '').includes(link), data.slice(0, 800));
  const encoded =
    /filename=receipt[^\n]*\n(?:[^\n]+\n)*\n([A-Za-z0-9+/=\n]+)/.exec(data)?.[1] ?? '';
  assert.equal(Buffer.from(encoded, 'base64').subarray(0, 5).toString(), '%PDF-');
});

test('the text of a sale is in the language of the phone, the groups of its token in their order', async () => {
  const { till } = await createVendor(h, 'Second shop');
  const textOfSale = async (language: string): Promise<string> => {
    await sql`UPDATE prewatt.phone_choice_directory SET language = nullif(${language}, '')
      WHERE phone = ${phone}`.execute(h.owner.directories);
    const request = {
      requestId: `sale-in-a-language-${language}`,
      meterPan: h.meterPan,
      amountMinor: 5_000n,
    };
    const sold = await h.services.vendors.selling.sell(till, request);
    assert.ok(sold.ok);
    const { rows } = await sql<{ text: string }>`SELECT text FROM prewatt.messages
      WHERE fact_key = ${`sale:${uuidOf(sold.value.saleId as never)}`}`.execute(
      h.owner.directories,
    );
    return rows[0]?.text ?? '';
  };
  assert.match(
    await textOfSale('fr'),
    /^Test Utility : ZAR 50\.00 payés, .+ kWh pour .+\. Code (\d{4} ){4}\d{4}\. Nous l’envoyons/,
  );
  // Between Arabic words the first group would stand last without the marks around it.
  assert.match(await textOfSale('ar'), /الرمز \u200e(\d{4} ){4}\d{4}\u200e\. نرسله إلى عدادك/);
  assert.match(await textOfSale('tlh'), /Token \d{4} .+ We send it to your meter/);
  // Who chose nothing reads what the utility's pages speak.
  const pagesSpeak = async (language: string) => {
    await sql`UPDATE prewatt.utilities SET page_language = ${language}`.execute(
      h.owner.directories,
    );
    await h.services.utilities.list();
  };
  await pagesSpeak('pt');
  assert.match(await textOfSale(''), /^Test Utility: pagou ZAR 50\.00/);
  await pagesSpeak('en');
  await h.services.phones.speak(phone, 'en');
});

test('a mailbox that is not there gets no more, and the page says so; a busy one is tried again', async () => {
  smtp.answers.set('ama@mail.test', '451 4.7.1 try later');
  await queue('tokenIssued');
  await assert.rejects(sendAll(), /no mail server/);
  smtp.answers.set('ama@mail.test', '550 5.1.1 no such user');
  const before = smtp.taken.length;
  await sendAll();
  await queue('tokenIssued');
  await sendAll();
  assert.equal(smtp.taken.length, before);
  assert.match((await visitor.get(`${page()}/messages`)).body, /says that there is no/);
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('mails')
      .select(['tries', 'reason'])
      .where('refused_at', 'is not', null)
      .execute(),
  );
  assert.deepEqual(rows, [{ tries: 2, reason: '550 5.1.1 no such user' }]);
  smtp.answers.clear();
  assert.match(await change({ change: 'remove' }), /Your e-mail address/);
});

test('over TLS only a server of its name and of a known authority gets mail or a password', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-mail-'));
  const certificate = await ensureOwnCertificate(folder, {
    ...{ hosts: ['localhost'], nowMs: Date.now() },
  });
  const authority = readFileSync(join(folder, 'ca.pem'), 'utf8');
  rmSync(folder, { recursive: true });
  const secure = await createSmtpListener(certificate);
  const check = async (more: object) => {
    const [config] = mailConfig.parse([{ ...server(secure.port), security: 'tls', ...more }]);
    assert.ok(config);
    const mailServer = createMailServer(config);
    const checked = await mailServer.check();
    mailServer.close();
    return checked.ok ? checked.value : checked.error;
  };
  assert.match(await check({ host: 'localhost', authority }), /lets us in/);
  assert.deepEqual(secure.signIns, ['|prewatt|a secret']);
  assert.match(await check({ host: '127.0.0.1', authority }), /does not match certificate/);
  assert.match(await check({ host: 'localhost' }), /unable to verify|self-signed/);
  assert.equal(secure.signIns.length, 1, 'no password went to the other two');
  await secure.close();
});

test('a configuration says what is wrong with it, and a server is looked at without a mail', async () => {
  const [config] = mailConfig.parse([server(smtp.port)]);
  assert.ok(config);
  const [good, away] = [createMailServer(config), createMailServer({ ...config, port: 1 })];
  const before = smtp.taken.length;
  assert.deepEqual(await good.check(), { ok: true, value: `127.0.0.1:${smtp.port} lets us in` });
  assert.equal((await away.check()).ok, false);
  assert.equal(smtp.taken.length, before);
  good.close();
  away.close();
  const faulty = [{ host: 'mail.example' }, { password: null }, { from: 'a\r\nBcc: b@c.d' }];
  for (const other of faulty) {
    assert.equal(mailConfig.safeParse([{ ...server(25), ...other }]).success, false);
  }
});
