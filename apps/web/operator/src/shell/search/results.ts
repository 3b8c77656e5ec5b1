// What the search shows, as one list in groups, so that the arrow keys walk over all of it.

import type { SearchAnswer } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { saleLabels } from '../../text/labels.ts';
import { meterNumberText, moneyText } from '../../text/numbers.ts';
import { dateAndTime } from '../../text/time.ts';
import type { Place } from './places.ts';

export type Target =
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'connection'; readonly connectionId: string; readonly isGiven: boolean }
  | { readonly kind: 'sale'; readonly saleId: string }
  | { readonly kind: 'vendor'; readonly vendorId: string };
export type Result = {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly target: Target;
};
export type ResultGroup = { readonly title: string; readonly results: readonly Result[] };

type Shown = { readonly currency: Currency; readonly zone: string };

/** Groups without a result are left out. Digits mean a thing more often than a page. */
export function resultGroups(
  places: readonly Place[],
  answer: SearchAnswer | undefined,
  shown: Shown,
): readonly ResultGroup[] {
  const groups = [
    { title: 'Pages and actions', results: places.map(resultOfPlace) },
    { title: 'Connections', results: (answer?.homes ?? []).map(resultOfHome) },
    { title: 'Sales', results: (answer?.sales ?? []).map((sale) => resultOfSale(sale, shown)) },
    { title: 'Vendors', results: (answer?.vendors ?? []).map(resultOfVendor) },
  ];
  return groups.filter(({ results }) => results.length > 0);
}

const resultOfPlace = (place: Place): Result => ({
  key: `${place.kind} ${place.label}`,
  title: place.label,
  note: place.kind === 'page' ? 'Page' : 'Action',
  target: { kind: 'place', place },
});

const foundByWords: Readonly<Record<SearchAnswer['homes'][number]['foundBy'], string | null>> = {
  words: null,
  meter: null,
  identifier: null,
  phone: 'found by phone',
  givenToken: 'given token',
};

function resultOfHome(home: SearchAnswer['homes'][number]): Result {
  const { connectionId, foundBy } = home;
  return {
    key: connectionId,
    title: home.connectionName,
    note: joined([
      home.customerName ?? 'no customer',
      home.address,
      meterNumberText(home.meterPan),
      foundByWords[foundBy],
    ]),
    target: { kind: 'connection', connectionId, isGiven: foundBy === 'givenToken' },
  };
}

function resultOfSale(sale: SearchAnswer['sales'][number], { currency, zone }: Shown): Result {
  const { saleId } = sale;
  return {
    key: saleId,
    title: `${moneyText(sale.amountMinor, currency)}, ${sale.connectionName}`,
    note: joined([
      dateAndTime(Date.parse(sale.requestedAt), zone),
      saleLabels[sale.state].text,
      sale.tokenLastFour === null ? null : `token …${sale.tokenLastFour}`,
      sale.reference,
    ]),
    target: { kind: 'sale', saleId },
  };
}

function resultOfVendor(vendor: SearchAnswer['vendors'][number]): Result {
  const { vendorId, name, isBlocked, reference } = vendor;
  return {
    key: vendorId,
    title: name,
    note: joined([isBlocked ? 'Blocked' : 'Vendor', reference]),
    target: { kind: 'vendor', vendorId },
  };
}

const joined = (parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(' · ');
