// What a person does at the demo meter: read its display, type, plug in, pull the network cable.

import type { Page } from 'playwright-core';
import { textOf } from './browser.ts';
import type { Demo } from './demo.ts';
import { eventually } from './wait.ts';

export type MeterPage = {
  readonly page: Page;
  creditKwh(): Promise<number>;
  powerW(): Promise<number>;
  setAppliance(name: string, on: boolean): Promise<void>;
  setCable(plugged: boolean): Promise<void>;
  creditedKwh(): Promise<number>;
  linkIs(words: string): Promise<void>;
  /** Presses the keys and enter; the result on the display. Waits out a lock of the keypad. */
  type(digits: string): Promise<string>;
  /** Waits until the display shows it. */
  shows(text: string | RegExp): Promise<void>;
};

/** Opens the page of a meter. */
export async function meterPage(page: Page, demo: Demo, meterPan: string): Promise<MeterPage> {
  await page.goto(`${demo.urls.meter}/meters/${meterPan}`);
  const display = page.getByRole('region', { name: 'Payment meter' });
  const press = async (name: string | RegExp, on: boolean): Promise<void> => {
    const button = page.getByRole('button', { name });
    if ((await button.getAttribute('aria-pressed')) !== String(on)) await button.click();
    await page.getByRole('button', { name, pressed: on }).waitFor();
  };
  const keypad = page.getByRole('group', { name: 'Keypad' });
  return {
    page,
    creditKwh: async () => Number(await textOf(display.getByText(/^-?\d+\.\d+$/))),
    powerW: async () => {
      const text = await textOf(display.getByText(/^\d+ W$/));
      return Number.parseInt(text, 10);
    },
    setAppliance: (name, on) => press(new RegExp(`^${name}`), on),
    async setCable(plugged) {
      const pull = page.getByRole('button', { name: 'Pull the network cable' });
      const putBack = page.getByRole('button', { name: 'Put the cable back' });
      const [act, done] = plugged ? [putBack, pull] : [pull, putBack];
      await act.or(done).waitFor();
      if (await act.isVisible()) await act.click();
      await done.waitFor();
    },
    creditedKwh: async () => {
      const text = await textOf(page.getByRole('paragraph').filter({ hasText: 'credited' }));
      return Number(/credited ([\d.]+)/.exec(text)?.[1]);
    },
    linkIs: (words) => page.getByText(`Link: ${words}`).waitFor(),
    type: (digits) =>
      eventually(`the meter judges …${digits.slice(-4)}`, async () => {
        const answered = page.waitForResponse((answer) => answer.url().endsWith('/tokens'));
        for (const digit of digits) await keypad.getByRole('button', { name: digit }).click();
        await keypad.getByRole('button', { name: 'Enter token' }).click();
        const { display: shown } = await (await answered).json();
        await display.getByRole('status').filter({ hasText: shown.token.text }).waitFor();
        return !shown.token.text.startsWith('Locked') && shown.token.text;
      }),
    shows: (text) => display.getByText(text).first().waitFor(),
  };
}
