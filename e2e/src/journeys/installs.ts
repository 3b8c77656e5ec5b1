// An install job from the desk to its end: opened by an operator, done by a technician on a phone,
// at a meter with a link, with tries that fail and an end that is refused too early.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, newVisitor, textOf } from '../support/browser.ts';
import type { Demo } from '../support/demo.ts';
import { homeInCredit, homeOf } from '../support/homes.ts';
import { meterPage } from '../support/meter.ts';
import { openRoom, operatorAtDesk } from '../support/operator.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const phone = { width: 360, height: 740 };

test('a technician installs a meter on a phone, step by step, and closes the job', async () => {
  const demo = town.demo();
  const { name, meterPan } = await homeInCredit(demo, (homes) => homes.slice(28, 37));
  const other = await homeOf(demo, 3);
  await openJob(demo, { name, meterPan });

  const visitor = await newVisitor(town.browser(), { screen: phone });
  visitor.expectTrouble(/status of (401|409|422)|ERR_INTERNET_DISCONNECTED/);
  const { page } = visitor;
  await technicianSignIn(page, demo);
  await assertAccessible(page);
  const nav = page.getByRole('navigation', { name: 'Main' });
  assert.deepEqual(await nav.getByRole('link').allTextContents(), ['Installs']);
  await page.goto(`${demo.urls.server}/operator/sales`);
  await page.getByRole('heading', { level: 1, name: 'Installs' }).waitFor();
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: 'Take this job' }).click();

  const step = (title: string) => page.getByRole('region', { name: title, exact: true });
  const state = (title: string, word: string) =>
    step(title).getByText(word, { exact: true }).waitFor();
  const number = step('Meter number');
  await number.getByLabel('Number on the meter').fill(meterPan.slice(0, 12));
  await number.getByText('12 digits so far').waitFor();
  await number.getByLabel('Number on the meter').fill(other.meterPan);
  await number.getByText('The check digit fits.').waitFor();
  await number.getByRole('button', { name: 'This is the meter' }).click();
  await number.getByText(/registered at another home/).waitFor();
  await number.getByLabel('Number on the meter').fill(meterPan);

  // No network: what was done waits on the phone, over a reload as well.
  await visitor.context.setOffline(true);
  await number.getByRole('button', { name: 'This is the meter' }).click();
  await page.getByText('kept on this phone').waitFor();
  await visitor.context.setOffline(false);
  await page.reload();
  await state('Meter number', 'Passed');

  await step('Link').getByRole('button', { name: 'Wait for the meter' }).click();
  await state('Link', 'Passed');
  await step('Test token').getByRole('button', { name: 'Make a test token' }).click();
  await state('Test token', 'Passed');
  await compareReadings(page, demo, meterPan);

  await step('Open the switch').getByRole('button', { name: 'Open the switch now' }).click();
  await state('Open the switch', 'Passed');
  const end = page.getByRole('region', { name: 'Close the job' });
  await end.getByRole('button', { name: 'Close the job' }).click();
  await page.getByText(/cannot be closed before these have passed: Close the switch/).waitFor();
  await assertAccessible(page);
  await step('Close the switch').getByRole('button', { name: 'Close the switch now' }).click();
  await state('Close the switch', 'Passed');

  await measureLoad(page, demo, meterPan);
  const starting = step('Starting reading');
  await starting.getByLabel('Reading on the display (kWh)').fill('1234.5');
  await starting.getByLabel('Remarks').fill('Seal 4411, photograph in the folder');
  await starting.getByRole('button', { name: 'Keep it' }).click();
  await state('Starting reading', 'Passed');
  await end.getByLabel('A last remark').fill('Customer was shown the keypad');
  await end.getByRole('button', { name: 'Close the job' }).click();
  await page.getByText('Closed by Field technician').waitFor();
  await assertAccessible(page);
  await visitor.leave();
});

/** By the room's dialog; the job stands on the connection's page afterwards. */
async function openJob(demo: Demo, home: { name: string; meterPan: string }): Promise<void> {
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  await openRoom(page, 'Installs');
  await page.getByText('No job is open.').waitFor();
  await page.getByRole('button', { name: 'New job' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Number of the present meter').fill(home.meterPan);
  await dialog.getByText(home.name, { exact: true }).waitFor();
  await dialog.getByLabel('Note for the technician').fill('The box hangs beside the gate');
  await dialog.getByRole('button', { name: 'Open the job' }).click();
  await page.getByRole('heading', { level: 1, name: home.name }).waitFor();
  await assertAccessible(page);
  await page.getByRole('region', { name: 'Job', exact: true }).getByRole('link').click();
  await page.getByRole('table', { name: 'Install jobs of this connection' }).waitFor();
  await visitor.leave();
}

async function technicianSignIn(page: Page, demo: Demo): Promise<void> {
  await page.goto(`${demo.urls.server}/operator/`);
  await page.getByLabel('E-mail').fill(demo.facts().technicianEmail);
  await page.getByLabel('Password', { exact: true }).fill(demo.facts().operatorPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Installs' }).waitFor();
}

/** First a number that is wrong, then what the meter's display says. */
async function compareReadings(page: Page, demo: Demo, meterPan: string): Promise<void> {
  const step = page.getByRole('region', { name: 'Remote reading', exact: true });
  const compare = async (kwh: string): Promise<void> => {
    await step.getByRole('button', { name: /^Ask the meter for its reading/ }).click();
    await step.getByLabel('Reading on the display (kWh)').fill(kwh);
    await step.getByRole('button', { name: 'Compare' }).click();
  };
  await compare('7');
  await step.getByText(/The display shows 7.0 kWh, the meter reported/).waitFor();
  const meter = await page.context().newPage();
  await meter.goto(`${demo.urls.meter}/meters/${meterPan}`);
  const passed = step.getByText('Passed', { exact: true });
  // The home goes on using electricity, a minute each second.
  await eventually('display and report agree', async () => {
    await step.getByRole('button', { name: /^Ask the meter for its reading/ }).click();
    await step.getByLabel('Reading on the display (kWh)').waitFor();
    const used = await textOf(meter.getByRole('paragraph').filter({ hasText: 'credited' }));
    const kwh = /Used ([\d.]+)/.exec(used)?.[1] ?? '';
    await step.getByLabel('Reading on the display (kWh)').fill(kwh);
    await step.getByRole('button', { name: 'Compare' }).click();
    const failed = step.getByText('Failed', { exact: true });
    await passed.or(failed).waitFor();
    return passed.isVisible();
  });
  await meter.close();
}

/** First a load that is not there, then the one that is. */
async function measureLoad(page: Page, demo: Demo, meterPan: string): Promise<void> {
  const step = page.getByRole('region', { name: 'Load check', exact: true });
  const measure = async (watts: number): Promise<void> => {
    await step.getByLabel('Load that is switched on now (W)').fill(String(watts));
    await step.getByRole('button', { name: 'Measure it' }).click();
  };
  await measure(90_000);
  await step.getByText(/The meter measures \d+ W, not 67500 to 112500 W/).waitFor();
  const meter = await meterPage(await page.context().newPage(), demo, meterPan);
  await meter.setAppliance('Kettle', true);
  const passed = step.getByText('Passed', { exact: true });
  await eventually('the load is measured', async () => {
    await measure(
      await eventually('the kettle runs', async () => {
        const watts = await meter.powerW();
        return watts > 1_000 && watts;
      }),
    );
    await step.getByText('Under way', { exact: true }).waitFor();
    await passed.or(step.getByText('Failed', { exact: true })).waitFor();
    return passed.isVisible();
  });
  await meter.setAppliance('Kettle', false);
  await meter.page.close();
}
