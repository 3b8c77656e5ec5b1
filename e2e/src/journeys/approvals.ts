// What one person asks for and a second one decides.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../support/browser.ts';
import { homeOf } from '../support/homes.ts';
import { managerAtDesk, openRoom, operatorAtDesk } from '../support/operator.ts';
import { town } from '../support/town.ts';

const home = 26;
const reason = 'Two days without supply after the storm';

test('free credit waits for a second person, who sees what would be done', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  const { meterPan } = await homeOf(demo, home);
  const asked = await page.request.post(`${demo.urls.server}/api/operator/grants`, {
    data: {
      kind: 'freeCredit',
      requestId: 'free-credit-e2e',
      reason,
      rows: [{ meterPan, energyWh: '20000' }],
    },
  });
  assert.ok(asked.ok(), await asked.text());
  await openRoom(page, 'Approvals');
  const row = page.getByRole('row').filter({ hasText: reason });
  await row.getByText('you', { exact: true }).waitFor();
  await row.getByRole('link').click();
  const approve = page.getByRole('button', { name: 'Approve', exact: true });
  assert.equal(await approve.getAttribute('aria-disabled'), 'true');
  assert.match((await approve.getAttribute('aria-description')) ?? '', /asked for this yourself/);
  await assertAccessible(page);

  const manager = await managerAtDesk(town.browser(), demo);
  const desk = manager.page;
  await desk
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Approvals\s*[1-9]/ })
    .click();
  await desk.getByRole('row').filter({ hasText: reason }).getByRole('link').click();
  await desk.getByRole('region', { name: 'What would be done' }).waitFor();
  await assertAccessible(desk);
  await desk.getByRole('button', { name: 'Approve', exact: true }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Approve and do it' }).click();
  await desk.getByText('Approved and done').waitFor();
  await manager.leave();

  // The one who asked sees it happen.
  await page.getByText('Approved and done').waitFor();
  await visitor.leave();
});
