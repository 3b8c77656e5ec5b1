// A lighting engineer in the console: the account of the demo with its lamps, a programme that is
// seen before it is kept, a level for a time and its end, a lamp that moves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, textOf } from '../support/browser.ts';
import { homeOf } from '../support/homes.ts';
import { fact, openRoom, operatorAtDesk } from '../support/operator.ts';
import { setRole } from '../support/others.ts';
import { town } from '../support/town.ts';

test('street lights: lamps are seen, overridden, moved, and go by a changed programme', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Street lights' })
    .click();
  const accounts = page.getByRole('table', { name: 'Lighting accounts' });
  await accounts.getByText('12 lamps').waitFor();
  await assertAccessible(page);
  await accounts.getByRole('link', { name: 'Ridgeview street lights' }).click();
  const now = page.getByRole('region', { name: 'Now', exact: true });
  assert.match(await textOf(fact(now, 'Balance')), /ZAR [1-9]/);
  const lamps = page.getByRole('table', { name: 'Lamps' });
  // Heard by the server: it has told each lamp its level, and been told what it draws.
  await lamps
    .getByRole('row')
    .filter({ hasText: 'R8' })
    .getByText(/ W of 90/)
    .waitFor();
  await assertAccessible(page);

  await page.getByRole('button', { name: 'Override lamp R1' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Level (%)').fill('37');
  await dialog.getByLabel('Why').fill('Street market tonight');
  await dialog.getByRole('button', { name: 'Override' }).click();
  const overrides = page.getByRole('table', { name: 'Overrides' });
  await overrides.getByText('Street market tonight').waitFor();
  await lamps.getByRole('row').filter({ hasText: 'R1' }).getByText('37 %').nth(1).waitFor();
  await page.getByRole('button', { name: 'End the override of Lamp R1' }).click();
  await overrides.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Change or move lamp M4' }).click();
  await dialog.getByLabel('Group').selectOption('Ridgeview Road');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('9 lamps, programme Main road').waitFor();

  await page.getByRole('button', { name: 'Change programme Quiet lane' }).click();
  await dialog.getByText(/kWh a year for 3 lamps \(as they use now\)/).waitFor();
  await dialog.getByLabel('Level (%)').nth(1).fill('0');
  await dialog.getByText(/% less\)/).waitFor();
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Keep the programme' }).click();
  await page.getByRole('figure', { name: 'Tonight, Mill Lane' }).getByText('23:00 off').waitFor();

  await setRole(demo, 'viewer');
  try {
    await page.reload();
    const override = page.getByRole('button', { name: 'Override', exact: true });
    await override.first().waitFor();
    assert.equal(await override.first().getAttribute('aria-disabled'), 'true');
  } finally {
    await setRole(demo, 'administrator');
  }
  await visitor.leave();
});

test('street lights: lamps behind a contactor, and what a contactor and a meter cannot do', async () => {
  const demo = town.demo();
  const { meterPan } = await homeOf(demo, 37);
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  await openRoom(page, 'Street lights');
  await page.getByRole('button', { name: 'Open an account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Meter number').fill(meterPan);
  await dialog.getByLabel('A meter of its own in the cabinet').check();
  await dialog.getByLabel('Latitude').fill('-26.2');
  await dialog.getByLabel('Longitude').fill('28.05');
  await dialog.getByLabel('Why').fill('A cabinet of lamps');
  await dialog.getByRole('button', { name: 'Open the account' }).click();
  await page.getByRole('button', { name: 'New programme' }).click();
  await dialog.getByLabel('Name').fill('Night');
  await dialog.getByRole('button', { name: 'Keep the programme' }).click();
  await page.getByRole('button', { name: 'New group' }).click();
  await dialog.getByLabel('Name').fill('High Street');
  await dialog.getByRole('button', { name: 'Make the group' }).click();
  const circuit = page.getByRole('region', { name: 'Lamps behind its contactor' });
  await circuit.getByRole('button', { name: 'Set up' }).click();
  await dialog.getByLabel('All its lamps together (W)').fill('600');
  await dialog.getByLabel(/On from this level/).fill('100');
  await dialog.getByLabel('Why').fill('Lamps without controllers');
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Keep the circuit' }).click();
  await circuit.getByText('Group High Street').waitFor();
  // A home's meter switches no lamps, and says so.
  await circuit.getByText('Its meter has no lamps to switch').waitFor();
  await assertAccessible(page);
  await visitor.leave();
});
