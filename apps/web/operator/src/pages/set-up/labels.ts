// Each step of the set-up in words: what it is for, and where it is done.

import type { SetUpStep } from '@prewatt/api';
import type { LinkProps } from '@tanstack/react-router';

type Place = { readonly to: NonNullable<LinkProps['to']>; readonly text: string };
type StepText = {
  readonly title: string;
  readonly why: string;
  /** Where it is done, the usual way first. */
  readonly places: readonly Place[];
  /** Of what waits, one and many. */
  readonly waiting?: readonly [one: string, many: string];
};

export const stepTexts: Readonly<Record<SetUpStep, StepText>> = {
  utility: {
    title: 'The utility',
    why: 'Name, currency and time zone. They were given when it was made, and stay.',
    places: [],
  },
  people: {
    title: 'People',
    why: 'A second administrator, who allows what you ask for. Loading a vending key takes a third person. Then whoever sells, looks after homes or installs meters.',
    places: [{ to: '/team', text: 'Invite somebody' }],
    waiting: ['1 person is invited and has not joined.', 'invited people have not joined.'],
  },
  tariff: {
    title: 'First tariff',
    why: 'What a kWh costs. Begin with one price or with a published tariff of your country; the form shows what a purchase gives. A second administrator approves it.',
    places: [{ to: '/tariffs/change', text: 'Make a tariff' }],
    waiting: ['1 tariff waits for approval.', 'tariffs wait for approval.'],
  },
  keys: {
    title: 'Vending key',
    why: 'Meters that take 20 digits need the key of their supply group, brought by two people and allowed by a third. Not needed where all meters are wallets.',
    places: [{ to: '/keys', text: 'Load a key' }],
    waiting: ['1 load is open.', 'loads are open.'],
  },
  homes: {
    title: 'Homes and meters',
    why: 'Many at once from a file, or one by one where a technician stands at the meter and scans it.',
    places: [
      { to: '/imports', text: 'Bring a file' },
      { to: '/installs', text: 'Install one meter' },
    ],
  },
  payment: {
    title: 'Who takes the money',
    why: 'A shop with a till, or a payment provider. A provider’s keys are secrets of the server: whoever runs it puts them there.',
    places: [{ to: '/vendors', text: 'Add a shop' }],
  },
  sale: {
    title: 'A test purchase',
    why: 'Buy a little for one home, at the till or on the customer’s page, and see it arrive in the meter.',
    places: [
      { to: '/meters', text: 'Choose a home' },
      { to: '/sales', text: 'See today’s sales' },
    ],
  },
};
