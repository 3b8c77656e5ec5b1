// In which language a customer's page comes: by the browser, by the switch in the foot, and by what
// the owner of the phone chose.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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
