// Rooms of those who answer for keys and corrections: a key component that is never echoed, a token
// given with a reason, a credit note that waits for a second person, and the rules in words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticatorCode } from '../support/authenticator.ts';
import {
  assertAccessible,
  deskScreen,
  newVisitor,
  phoneScreen,
  textOf,
} from '../support/browser.ts';
import { homeOf } from '../support/homes.ts';
import {
  managerAtDesk,
  openConnection,
  openRoom,
  operatorAtDesk,
  operatorSignIn,
  tryOperatorSignIn,
} from '../support/operator.ts';
import { town } from '../support/town.ts';

const home = 27;
const linkedHome = 4;

test('two custodians enter a key; neither sees it, nor may either approve it', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  await openRoom(page, 'Vending keys');
  await page.getByRole('button', { name: 'Load a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Supply group code').fill('654321');
  await dialog.getByLabel('Why').fill('The key centre gave a new supply group');
  await dialog.getByRole('button', { name: 'Open the loading' }).click();
  const loading = page.getByRole('table', { name: 'Loadings' }).getByRole('row').nth(1);
  await loading.getByText('Collecting components').waitFor();

  const first = '0123456789ABCDEF0123456789ABCDEF01234567';
  await loading.getByRole('button', { name: 'Enter a component' }).click();
  const field = dialog.getByLabel('Component', { exact: true });
  assert.equal(await field.getAttribute('type'), 'password');
  await field.fill(first.slice(1));
  await dialog.getByRole('button', { name: 'Enter it' }).click();
  await dialog.getByText('It has 40 hex digits; these are 39.').waitFor();
  await field.fill(first);
  await dialog.getByRole('button', { name: 'Enter it' }).click();
  await loading.getByText(/check value [0-9A-F]{6}/).waitFor();
  assert.ok(!(await page.content()).includes(first), 'a component is never echoed');
  const enter = loading.getByRole('button', { name: 'Enter a component' });
  assert.equal(await enter.getAttribute('aria-disabled'), 'true');
  await assertAccessible(page);

  const manager = await managerAtDesk(town.browser(), demo);
  await openRoom(manager.page, 'Vending keys');
  await manager.page.getByRole('button', { name: 'Enter a component' }).click();
  const second = manager.page.getByRole('dialog');
  await second.getByLabel('Component', { exact: true }).fill(first.split('').reverse().join(''));
  await second.getByRole('button', { name: 'Enter it' }).click();
  await manager.page.getByRole('link', { name: 'Open approval' }).click();
  const approve = manager.page.getByRole('button', { name: 'Approve', exact: true });
  await approve.waitFor();
  assert.equal(await approve.getAttribute('aria-disabled'), 'true');
  await manager.leave();
  await visitor.leave();
});

test('a home is flagged with evidence so that it is never cut, and the flag is ended', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  const { name } = await homeOf(demo, home);
  await openConnection(page, name);
  const panel = page.getByRole('region', { name: 'Never cut' });
  await panel.getByText('Not flagged').waitFor();
  await panel.getByRole('button', { name: 'Flag the home' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Last day').fill('2020-01-01');
  await dialog.getByLabel('Evidence').fill('Letter of the clinic, in the file');
  await dialog.getByRole('button', { name: 'Flag the home' }).click();
  await dialog.getByText('This day is over.').waitFor();
  await dialog.getByLabel('Last day').fill('');
  await dialog.getByRole('button', { name: 'Flag the home' }).click();
  await panel.getByText('Letter of the clinic, in the file').waitFor();
  await assertAccessible(page);
  await panel.getByRole('button', { name: 'Change the flag' }).click();
  await dialog.getByLabel('Evidence').fill('Moved out, told by the owner');
  await dialog.getByRole('button', { name: 'End the flag' }).click();
  await panel.getByText('Not flagged').waitFor();
  await visitor.leave();
});

test('a token is given with a reason, and a sale is made good once a second person allows it', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  const { name } = await homeOf(demo, home);
  await openConnection(page, name);
  await page.getByRole('tab', { name: 'Given tokens' }).click();
  await page.getByRole('button', { name: 'Give a token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why').fill('The cover was opened for a repair');
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const given = page.getByRole('table', { name: 'Given tokens' }).getByRole('row').nth(1);
  await given.getByText('Clear tamper').waitFor();
  await given.getByRole('button', { name: 'Show digits of Clear tamper' }).click();
  assert.match(await textOf(dialog.getByRole('list', { name: 'Tokens' })), /^\d{4}( \d{4}){4}$/);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('tab', { name: 'Money' }).click();
  await page.getByRole('region', { name: 'Money over these days' }).waitFor();
  await assertAccessible(page);

  await page.getByRole('tab', { name: 'Sales' }).click();
  // The home's people buy too: their newest sale may still wait for its payment.
  await page
    .getByRole('row')
    .filter({ hasText: 'Delivered' })
    .getByRole('link', { name: `Sale of ${name}, details` })
    .first()
    .click();
  await page.getByRole('button', { name: 'Correct…' }).click();
  await page.getByRole('menuitem', { name: 'Credit note' }).click();
  const note = page.getByRole('dialog', { name: 'Credit note' });
  await note.getByLabel('Amount').fill('7.50');
  await note.getByLabel('Why').fill('A day without supply by our own fault');
  await note.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByText('Awaits a decision').waitFor();
  const address = page.url();
  const manager = await managerAtDesk(town.browser(), demo);
  await manager.page.goto(address);
  await manager.page.getByRole('button', { name: 'Approve', exact: true }).click();
  await manager.page.getByRole('dialog').getByRole('button', { name: 'Approve and do it' }).click();
  await manager.page.getByText('Approved and done').waitFor();
  await manager.leave();
  await visitor.leave();
});

test('rules are tried on the past, asked for with what that showed, and allowed by a second person', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  // A document that is not good is an answer that the browser reports as an error.
  visitor.expectTrouble(/status of 400/);
  await openRoom(page, 'Protection');
  await page.getByRole('link', { name: 'Change the rules' }).click();
  const field = page.getByLabel('Document', { exact: true });
  const rules = JSON.parse(await field.inputValue());
  const write = (holidays: string[]) => field.fill(JSON.stringify({ ...rules, holidays }));
  await write(['2027-02-30']);
  await page.getByRole('button', { name: 'What it says' }).click();
  await page.getByRole('alert').getByText('holidays.0').waitFor();
  await write([...rules.holidays, '2027-05-01']);
  await page.getByRole('button', { name: 'What it says' }).click();
  const says = page.getByRole('region', { name: 'What it says' });
  assert.match(await textOf(says), /Holidaysnow .*; then .*2027-05-01/);
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Try on the past' }).click();
  const outcome = page.getByRole('table', { name: 'What the two rule sets do' });
  assert.match(
    await textOf(outcome.getByRole('row').nth(1)),
    /^Homes that would have been cut\d+ of \d+\d+ of \d+$/,
  );
  await page.getByRole('region', { name: 'Homes', exact: true }).waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Ask for approval' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Workers’ Day is a holiday');
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByText('Awaits a decision').waitFor();

  const manager = await managerAtDesk(town.browser(), demo);
  await manager.page.goto(page.url());
  await manager.page
    .getByText(/homes would have been cut, under the rules then in force/)
    .waitFor();
  await manager.page.getByRole('link', { name: 'Who would have been cut' }).click();
  await manager.page.getByRole('table', { name: 'What the two rule sets do' }).waitFor();
  await manager.page.goBack();
  await manager.page.getByRole('button', { name: 'Approve', exact: true }).click();
  await manager.page.getByRole('dialog').getByRole('button', { name: 'Approve and do it' }).click();
  await manager.page.getByText('Approved and done').waitFor();
  await openRoom(manager.page, 'Protection');
  const sets = manager.page.getByRole('table', { name: 'Rule sets', exact: true });
  await sets.getByText('Rule set 1').waitFor();
  await manager.leave();
  await visitor.leave();
});

test('a day of heat is declared with a note, and withdrawn', async () => {
  const visitor = await operatorAtDesk(town.browser(), town.demo());
  const { page } = visitor;
  await openRoom(page, 'Protection');
  await page.getByRole('button', { name: 'Declare days' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('First day').fill('2026-12-24');
  await dialog.getByLabel('Last day').fill('2026-12-23');
  await dialog.getByLabel('Note').fill('Weather service, red warning');
  await dialog.getByRole('button', { name: 'Declare the day' }).click();
  await dialog.getByText('This is before the first day.').waitFor();
  await dialog.getByLabel('Last day').fill('2026-12-25');
  await dialog.getByRole('button', { name: 'Declare 2 days' }).click();
  const day = (name: string) =>
    page.getByRole('table', { name: 'Declared days' }).getByRole('row').filter({ hasText: name });
  await day('24 December 2026').getByText('Weather service, red warning').waitFor();
  await assertAccessible(page);
  await day('25 December 2026')
    .getByRole('button', { name: /^Withdraw / })
    .click();
  await dialog.getByLabel('Note').fill('The warning was lifted');
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await day('25 December 2026').waitFor({ state: 'detached' });
  await day('24 December 2026').waitFor();
  await visitor.leave();
});

test('rules are in words, and nobody is left on a list unseen', async () => {
  const visitor = await operatorAtDesk(town.browser(), town.demo());
  const { page } = visitor;
  await openRoom(page, 'Protection');
  await page.getByRole('region', { name: 'Rules in force' }).getByText('No cut').first().waitFor();
  await assertAccessible(page);
  for (const room of ['Call list', 'Refunds', 'Key changes', 'Tariffs']) {
    await openRoom(page, room);
    await assertAccessible(page);
  }
  await visitor.leave();
});

test('a meter is linked by DLMS, then by LwM2M, then let go; its keys are typed unseen', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  const { name } = await homeOf(demo, linkedHome);
  await openConnection(page, name);
  const panel = page.getByRole('region', { name: /How it is reached|Read by/ });
  await panel.getByRole('button', { name: 'Link by DLMS or LwM2M' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why').fill('The maker sent its keys');
  const [key, wrapping] = ['000102030405060708090a0b0c0d0e0f', '1f'.repeat(16)];
  const encryption = dialog.getByLabel('Encryption key', { exact: true });
  assert.equal(await encryption.getAttribute('type'), 'password');
  await encryption.fill(key.slice(1));
  await dialog.getByRole('button', { name: 'Link it' }).click();
  await dialog.getByText('It has 32 hex digits; these are 31.').waitFor();
  await dialog.getByText('Write a name or an address, such as 10.20.0.7.').waitFor();
  await assertAccessible(page);
  await encryption.fill(key);
  await dialog.getByLabel('Authentication key').fill(key);
  await dialog.getByLabel('Key encryption key').fill(wrapping);
  // Nothing listens at this port.
  await dialog.getByLabel('Address').fill('127.0.0.1');
  await dialog.getByLabel('Port').fill('9');
  await dialog.getByRole('button', { name: 'Link it' }).click();
  await panel.getByText('127.0.0.1:9').waitFor();
  assert.ok(!(await page.content()).includes(key), 'a key is never echoed');
  await panel.getByRole('button', { name: 'Change its keys' }).click();
  await dialog.getByLabel('Why').fill('The maker knows the old ones');
  await dialog.getByRole('button', { name: 'Change them' }).click();
  await panel.getByText('New keys wait for the next visit').waitFor();

  await panel.getByRole('button', { name: 'Link it another way' }).click();
  await dialog.getByLabel('It speaks').selectOption('LwM2M (NB-IoT)');
  await dialog.getByLabel('Endpoint name').fill('urn:imei:861234567890123');
  await dialog.getByLabel('Secret').fill('ab'.repeat(32));
  await dialog.getByLabel('Why').fill('It has another modem now');
  await dialog.getByRole('button', { name: 'Link it' }).click();
  await panel.getByText('urn:imei:861234567890123').waitFor();
  await panel.getByRole('button', { name: 'Unlink' }).click();
  await dialog.getByLabel('Why').fill('It goes back to its maker');
  await dialog.getByRole('button', { name: 'Unlink' }).click();
  await panel.getByText('By the broker, or by hand where it has no link.').waitFor();
  await visitor.leave();
});

test('an administrator sees who signs in, and looks after the own account', async () => {
  const demo = town.demo();
  const email = demo.facts().secondOperatorEmail;
  // Not the session that other journeys share: a second factor ends the session that turned it on.
  const visitor = await newVisitor(town.browser(), { screen: deskScreen });
  visitor.expectTrouble(/status of 401/);
  const { page } = visitor;
  await operatorSignIn(page, demo, email);
  await openRoom(page, 'Team');
  const people = page.getByRole('table', { name: 'Team' });
  const own = people.getByRole('row').filter({ hasText: '(you)' });
  await own.getByText(email).waitFor();
  await assertAccessible(page);
  await own.getByRole('button', { name: /^Sessions of/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('(this one)').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  await page.getByText('(this one)').waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Turn on second factor' }).click();
  await dialog.getByLabel('Your password', { exact: true }).fill('not the password');
  visitor.expectTrouble(/status of 400/);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await dialog.getByText('The password is wrong.').waitFor();
  await dialog.getByLabel('Your password', { exact: true }).fill(demo.facts().operatorPassword);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await dialog.getByRole('img', { name: 'QR code for the authenticator' }).waitFor();
  const key = (await textOf(dialog.getByLabel('Key for the app'))).replace(/\s/g, '');
  await dialog.getByLabel('Code', { exact: true }).fill(authenticatorCode(key, Date.now()));
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  const codes = (await textOf(dialog.getByLabel('Codes for a lost phone'))).split(/\s+/);
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'I have stored them' }).click();
  await page.getByText('Ona code from your phone').waitFor();

  const elsewhere = await newVisitor(town.browser(), { screen: phoneScreen });
  elsewhere.expectTrouble(/status of 401/);
  const { page: phone } = elsewhere;
  await tryOperatorSignIn(phone, demo, demo.facts().operatorPassword, email);
  await phone.getByRole('button', { name: 'I have lost my phone' }).click();
  await phone.getByLabel('Code for a lost phone').fill('AAAAA-AAAAA');
  await phone.getByRole('button', { name: 'Confirm' }).click();
  await phone.getByText('The code is wrong, or was used before.').waitFor();
  await assertAccessible(phone);
  await phone.getByLabel('Code for a lost phone').fill(codes[0] ?? '');
  await phone.getByRole('button', { name: 'Confirm' }).click();
  await phone.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await elsewhere.leave();

  await page.getByRole('button', { name: 'Turn off second factor' }).click();
  await dialog.getByLabel('Your password', { exact: true }).fill(demo.facts().operatorPassword);
  await dialog.getByRole('button', { name: 'Turn off' }).click();
  await page.getByText('Offa code from your phone').waitFor();
  await visitor.leave();
});
