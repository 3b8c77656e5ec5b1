// In which language a customer's page comes: by the browser, by the switch in the foot, and by what
// the owner of the phone chose.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pageWritingAnswerSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const phone = '+27825550101';
let h: Harness;
let http: HttpHarness;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
});
after(async () => {
  await http.close();
  await h.close();
});

const languageOf = (page: string): string =>
  /<html lang="([a-z]+)" dir="ltr">/.exec(page)?.[1] ?? '';
const home = () => `/connections/${idFromUuid('connection', h.place.connectionId)}`;
const inHeader = async (accept: string): Promise<string> => {
  const headers = { accept: 'text/html', 'accept-language': accept };
  return languageOf((await http.app.inject({ method: 'GET', url: '/sign-in', headers })).body);
};

async function customer(visitor: Visitor): Promise<Visitor> {
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  const code = http.codes.at(-1)?.code ?? '';
  assert.equal((await visitor.post('/sign-in/code', { phone, code })).statusCode, 303);
  return visitor;
}

test('a page comes in the language that the browser asks for, else in English', async () => {
  assert.equal(await inHeader('fr-CI, en;q=0.5'), 'fr');
  assert.equal(await inHeader('tlh, sw;q=0.1'), 'sw');
  assert.equal(await inHeader('tlh'), 'en');
});

test('the switch in the foot is kept by the browser, and with the phone of who is signed in', async () => {
  const visitor = new Visitor(http.app);
  const open = await visitor.get('/sign-in');
  assert.match(open.body, /<form method="post" action="\/language">/);
  const changed = await visitor.post('/language', { language: 'fr', here: '/sign-in' });
  assert.equal(changed.headers.location, '/sign-in');
  assert.match((await visitor.get('/sign-in')).body, /lang="fr".*Numéro de téléphone/s);

  await customer(visitor);
  assert.equal(await h.services.phones.choicesOf(phone).then(({ language }) => language), null);
  assert.match((await visitor.get(home())).body, /lang="fr".*Acheter de l’électricité/s);
  const answer = await visitor.post('/language', { language: 'sw', here: `${home()}/use?by=day` });
  assert.equal(answer.headers.location, `${home()}/use?by=day`);
  assert.equal((await h.services.phones.choicesOf(phone)).language, 'sw');

  // Another browser of the same phone, which asks for no language.
  const other = await customer(new Visitor(http.app, '127.0.0.2'));
  assert.match((await other.get(home())).body, /lang="sw".*Nunua umeme/s);
  const refused = await other.post(`${home()}/buy`, { amount: '999999' });
  assert.match(refused.body, /Unaweza kununua hadi/);
  await h.services.phones.speak(phone, 'tlh');
  assert.equal(languageOf((await other.get(home())).body), 'en', 'a language without pages');
});

test('the switch leads back to a page of ours alone, and takes no other language', async () => {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  for (const here of [
    '//evil.example/',
    'https://evil.example',
    '/\\evil.example',
    '/a b\r\nx: y',
  ]) {
    const answer = await visitor.post('/language', { language: 'fr', here });
    assert.equal(answer.headers.location, '/', here);
  }
  const unknown = await visitor.post('/language', { language: 'constructor', here: '/' });
  assert.equal(unknown.statusCode, 400);
  const forged = await visitor.post('/language', { language: 'fr', here: '/', csrf: 'x' });
  assert.equal(forged.statusCode, 403);
});

test('what is refused comes in the language of the browser, and says more exactly what in English', async () => {
  const asking = (accept: string, url: string) =>
    http.app.inject({
      ...{ method: 'GET', url },
      headers: { accept: 'text/html', 'accept-language': accept },
    });
  const missing = await asking('fr', '/no-such-page');
  assert.deepEqual([missing.statusCode, languageOf(missing.body)], [404, 'fr']);
  assert.match(missing.body, /<h1>Introuvable<\/h1>[\s\S]*>Retour au début</);
  const inEnglish = await asking('tlh', '/no-such-page');
  assert.match(inEnglish.body, /<h1>Not found<\/h1>[\s\S]*>Back to the start</);
});

test('language, clock and money are the utility’s where nobody chose, on record, and an administrator’s', async () => {
  const path = '/api/operator/page-writing';
  const operator = async (role: 'administrator' | 'operator'): Promise<Visitor> => {
    const [email, password] = [`${role}@test.example`, 'a long enough password'];
    await http.createOperator({ email, password, role });
    const visitor = new Visitor(http.app);
    await visitor.postJson('/api/auth/sign-in/email', { email, password });
    return visitor;
  };
  const [boss, other] = [await operator('administrator'), await operator('operator')];
  const shown = async (): Promise<string> => {
    await h.services.utilities.list();
    return (await http.app.inject({ method: 'GET', url: '/sign-in', headers: {} })).body;
  };
  assert.equal(languageOf(await shown()), 'en');

  const writing = { language: 'pt', hours: 12, moneyForm: 'code' } as const;
  const body = { ...writing, requestId: 'writing-of-pages-1', reason: 'As people here read' };
  assert.equal((await other.postJson(path, body)).statusCode, 403);
  for (const broken of [{ language: 'tlh' }, { hours: 23 }, { moneyForm: 'name' }, { more: 1 }]) {
    assert.equal((await boss.postJson(path, { ...body, ...broken })).statusCode, 400);
  }
  for (let nth = 0; nth < 2; nth++) {
    const answer = await boss.postJson(path, body);
    const { history, ...now } = pageWritingAnswerSchema.parse(answer.json());
    assert.deepEqual([now, history.length], [writing, 1]);
  }
  assert.equal(languageOf(await shown()), 'pt');
  assert.equal(await inHeader('sw'), 'sw', 'what the browser asks for comes first');

  await h.services.phones.speak(phone, 'en');
  const visitor = await customer(new Visitor(http.app, '127.0.0.3'));
  const buy = (await visitor.get(`${home()}/buy`)).body;
  assert.match(buy, /<html lang="en"/);
  assert.match(buy, /Buy for ZAR\s50/);
  assert.doesNotMatch(buy, /\bR\s\d/);
  const use = (await visitor.get(home())).body;
  assert.match(use, /data-voice="[^"]*am,pm/);
});
