// A case of revenue protection from the list to its end: a visit on a phone without network, what
// was found sent once there is one, a payment allowed by a second person, an appeal, closure.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Locator, Page, Route } from 'playwright-core';
import { assertAccessible, deskScreen, phoneScreen } from '../support/browser.ts';
import { managerAtDesk, operatorAtDesk } from '../support/operator.ts';
import { town } from '../support/town.ts';

test('a visit without network is kept on the phone, sent later, and its case goes to the end', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo, { screen: phoneScreen });
  visitor.expectTrouble(/ERR_INTERNET_DISCONNECTED|ERR_FAILED.*\/finding /);
  const { page } = visitor;
  await page.goto(`${demo.urls.server}/operator/revenue?revenue=cases`);
  const cases = page.getByRole('table', { name: 'Open cases' });
  await cases.getByText('Visit planned').waitFor();
  await lookAtRoute(page);
  await page.getByRole('tab', { name: 'Open cases' }).click();
  await page.getByText(/On this phone: 1 visit, read/).waitFor();
  await visitor.context.setOffline(true);
  // The console itself opens without network, and the list, and the case.
  await page.reload();
  await page.getByText('No answer from the server').waitFor();
  const home = await cases.getByRole('link').first().textContent();
  await cases.getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: home ?? '' }).waitFor();
  const evidence = page.getByRole('link', { name: 'Evidence, signed' });
  assert.equal(await evidence.count(), 0, 'no file that only the server makes');
  await page.getByRole('button', { name: 'Note what was found' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('In words').fill('A wire past the meter, behind the cover');
  await form.getByLabel('Who is here').fill('Ada');
  // The phone closes the page: what was written is there again.
  await page.reload();
  await page.getByText('Begun on this phone').waitFor();
  await page.getByRole('button', { name: 'Note what was found' }).click();
  await form.getByText('What you had begun is here again.').waitFor();
  assert.equal(
    await form.getByLabel('In words').inputValue(),
    'A wire past the meter, behind the cover',
  );
  await form.getByRole('button', { name: 'Note the finding' }).click();
  await form.getByText('Nobody goes alone').waitFor();
  await form.getByLabel('Who is here').fill('Ada, Bo');
  const text = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('a note') };
  await form.getByLabel('Photo').setInputFiles(text);
  await form.getByText('This is no photo.').waitFor();
  const photo = { name: 'cover.jpeg', mimeType: 'image/jpeg', buffer: await cameraFile(page) };
  await form.getByLabel('Photo').setInputFiles(photo);
  await form.getByRole('img', { name: 'cover.jpg' }).waitFor();
  await form.getByLabel('Register (kWh)').fill('812.5');
  await form.getByLabel('Who signs').fill('Ada');
  const pad = form.getByRole('img', { name: 'Space for a signature' });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + 20, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + 120, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await form.getByRole('button', { name: 'Add the signature' }).click();
  await form.getByText('Signed: Ada').waitFor();
  await assertAccessible(page);
  await form.getByRole('button', { name: 'Note the finding' }).click();
  await page.getByText('Kept on this phone', { exact: true }).waitFor();
  await assertAccessible(page);
  // It is there after the page was closed, and is asked about before one signs out.
  await page.reload();
  await page.getByText('Kept on this phone', { exact: true }).waitFor();
  await askedBeforeSignOut(page, home ?? '');

  visitor.expectTrouble(/status of 422/);
  await page.route(/\/photos\/[0-9a-f]{64}$/, refuse, { times: 1 });
  await visitor.context.setOffline(false);
  await page.getByText(`Finding taken, but not the photo cover.jpg: ${home}`).waitFor();
  await page.getByRole('button', { name: 'Send it again' }).click();
  const done = page.getByRole('region', { name: 'What was done' });
  await done.getByText('Signed: Ada').waitFor();
  await page.getByText('Sent', { exact: true }).waitFor();
  await evidence.waitFor();
  assert.equal(await page.getByText('Kept on this phone', { exact: true }).count(), 0);
  assert.deepEqual(await onDevice(page, home ?? ''), [], 'nothing of the visit stays');
  await done.getByText(/^Went: Ada, Bo$/).waitFor();
  await done.getByText(/cover\.jpg \(SHA-256 [0-9a-f]{64}\)/).waitFor();
  await isSmallAndBare(page, done.getByRole('img', { name: 'cover.jpg' }));
  await page.setViewportSize(deskScreen);
  const manager = await managerAtDesk(town.browser(), demo);
  await manager.page.goto(`${demo.urls.server}/operator/revenue?revenue=results`);
  await setFineRule(manager.page);
  await proposePayment(page);

  await manager.page.goto(page.url());
  await manager.page.getByText('Fine for tampering', { exact: true }).waitFor();
  await manager.page.getByRole('button', { name: 'Approve', exact: true }).click();
  await manager.page.getByRole('dialog').getByRole('button', { name: 'Approve and do it' }).click();
  await manager.page.getByText('Approved and done').waitFor();

  await page.goto(`${demo.urls.server}/operator/revenue?revenue=cases`);
  await cases.getByRole('link', { name: home ?? '' }).click();
  await page.getByRole('button', { name: 'Note an appeal' }).click();
  await form.getByLabel('What the customer says').fill('I was away for these weeks.');
  await form.getByRole('button', { name: 'Note the appeal' }).click();
  await page.getByText('Appealed', { exact: true }).waitFor();
  const caseUrl = page.url();
  await visitor.leave();

  await manager.page.goto(caseUrl);
  await manager.page.getByRole('button', { name: 'Decide the appeal' }).click();
  const decision = manager.page.getByRole('dialog');
  await decision.getByLabel('Decision').selectOption('The bill stands');
  await decision.getByLabel('Why').fill('The register shows use on each of these days.');
  await decision.getByRole('button', { name: 'Decide', exact: true }).click();
  await manager.page.getByRole('button', { name: 'Close the case' }).click();
  await decision.getByLabel('How it ended').fill('Repaid by purchases');
  await decision.getByRole('button', { name: 'Close the case' }).click();
  await manager.page.getByText('Repaid by purchases').waitFor();
  await manager.leave();
});

/** A server that does not take the photo. */
const refuse = (route: Route) =>
  route.fulfill({
    status: 422,
    contentType: 'application/problem+json',
    body: JSON.stringify({
      ...{ type: 'about:blank', title: 'Photo not taken', status: 422 },
      ...{ code: 'photoNotListed', detail: 'The finding lists no such photo.' },
    }),
  });

async function askedBeforeSignOut(page: Page, home: string): Promise<void> {
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  const asked = page.getByRole('dialog', { name: 'Not everything is sent' });
  await asked.getByText(home).waitFor();
  await page.getByRole('menuitem').first().waitFor({ state: 'hidden' });
  await assertAccessible(page);
  await asked.getByRole('button', { name: 'Stay signed in' }).click();
  await asked.waitFor({ state: 'hidden' });
}

const exif = Buffer.from('Exif 26.2041 S 28.0473 E');

/** As cameras write it: large, and with the place beside the picture. */
async function cameraFile(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate<string>(`(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2400, 1800];
    const context = canvas.getContext('2d');
    context.fillStyle = '#8a5';
    context.fillRect(300, 200, 900, 900);
    return canvas.toDataURL('image/jpeg').split(',')[1];
  })()`);
  const jpeg = Buffer.from(base64, 'base64');
  const place = Buffer.from([0xff, 0xe1, 0, exif.length + 2, ...exif]);
  return Buffer.concat([jpeg.subarray(0, 2), place, jpeg.subarray(2)]);
}

async function isSmallAndBare(page: Page, shown: Locator): Promise<void> {
  await shown.scrollIntoViewIfNeeded();
  const src = (await shown.getAttribute('src')) ?? '';
  const answer = await page.request.get(new URL(src, page.url()).href);
  const bytes = await answer.body();
  assert.equal(answer.headers()['content-type'], 'image/jpeg');
  assert.equal(bytes.includes(exif), false);
  assert.equal(createHash('sha256').update(bytes).digest('hex'), src.split('/').at(-1));
  const sides = await page.evaluate<number[]>(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(src)};
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  })()`);
  assert.deepEqual(sides, [1600, 1200]);
}

/** Where a home rests on this device: answers that are kept, findings, forms and photos. */
const onDevice = (page: Page, home: string) =>
  page.evaluate<string[]>(`(async () => {
    const found = [];
    const cache = await caches.open('field-answers-1');
    for (const key of await cache.keys()) {
      const text = await (await cache.match(key)).text();
      if (text.includes(${JSON.stringify(home)})) found.push(key.url);
    }
    const database = await new Promise((resolve) => {
      const request = indexedDB.open('prewatt-field');
      request.onsuccess = () => resolve(request.result);
    });
    for (const name of ['findings', 'drafts', 'photos']) {
      const store = database.transaction(name).objectStore(name);
      const all = await new Promise((resolve) => {
        const request = store.getAll();
        request.onsuccess = () => resolve(request.result);
      });
      if (all.length > 0) found.push(name);
    }
    return found;
  })()`);

/** The route of a day, and who goes for all its visits at once. */
async function lookAtRoute(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Route of a day' }).click();
  // The first visit is planned for tomorrow.
  await page.getByLabel('Day of the visits').fill('2026-11-25');
  await page.getByText('Nobody is named yet.').first().waitFor();
  await page.getByRole('button', { name: 'Say who goes' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Names').fill('Ada, Bo');
  await assertAccessible(page);
  // Who goes is told on the phone, with what was found.
  await form.getByRole('button', { name: 'Cancel' }).click();
}

async function setFineRule(page: Page): Promise<void> {
  const fines = page.getByRole('region', { name: 'Fines for tampering' });
  await fines.getByText('nobody is fined').waitFor();
  await fines.getByRole('button', { name: 'Set a rule' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Fixed amount').fill('500');
  await form.getByLabel('Share of what is asked').fill('10');
  await form.getByLabel('Why').fill('Decision 7 of the board');
  await assertAccessible(page);
  await form.getByRole('button', { name: 'Set the rule' }).click();
  await fines.getByText('and 10 % of the energy').waitFor();
}

async function proposePayment(page: Page) {
  await page.getByRole('button', { name: 'Propose a payment' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('What is asked').selectOption('That energy, and the fine for tampering');
  await form.getByLabel('First day').fill('2026-11-12');
  await form.getByLabel('Last day').fill('2026-11-20');
  await form.getByLabel('Expected use a day (kWh)').fill('90');
  await form.getByLabel('Why').fill('The wire was there since the fall, see the photo');
  await form.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByText('Not counted', { exact: true }).waitFor();
}
