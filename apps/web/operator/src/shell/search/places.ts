// Pages and acts as the search finds them: by words of their names, or by other words that people
// use for them. An act leads to the page where it is done, and is listed for those who may do it.

import type { OperatorMe } from '@prewatt/api';
import type { LinkProps } from '@tanstack/react-router';
import { roomGroupsFor } from '../rooms.ts';

type Role = OperatorMe['role'];
export type Place = {
  readonly kind: 'page' | 'act';
  readonly label: string;
  readonly to: NonNullable<LinkProps['to']>;
  readonly search?: Readonly<Record<string, string>>;
};
type Act = Omit<Place, 'kind'> & {
  readonly words: string;
  readonly onlyAdministrators?: true;
};

const everyDay: readonly Omit<Place, 'kind'>[] = [
  { to: '/', label: 'Overview' },
  { to: '/meters', label: 'Meters' },
  { to: '/sales', label: 'Sales' },
  { to: '/attention', label: 'Attention' },
];

/** What else people call a page. */
const otherWords: Readonly<Record<string, string>> = {
  '/': 'home start dashboard',
  '/meters': 'homes connections list customers',
  '/sales': 'purchases payments tokens today',
  '/attention': 'problems stuck errors alerts',
  '/team': 'people operators staff users roles sessions',
  '/acts': 'who did what history trail activity',
  '/reports': 'vat tax sum turnover month collections free units unclaimed excel',
  '/customers': 'people tenants phones names',
  '/tickets': 'complaints faults requests cases',
  '/inbox': 'texts sms messages customers',
  '/notifications': 'payment providers webhooks callbacks',
  '/vendors': 'shops tills agents',
  '/lights': 'lamps',
  '/imports': 'csv files download upload',
  '/integrations': 'api keys webhooks programs',
  '/revenue': 'theft tamper cases',
};

const acts: readonly Act[] = [
  { label: 'Find a meter to sell, block or read', to: '/meters', words: 'cash token command' },
  { label: 'Change the tenant of a home', to: '/meters', words: 'move in out customer' },
  { label: 'Merge two customers', to: '/customers', words: 'duplicate person' },
  { label: 'Open an install job', to: '/installs', words: 'new meter technician' },
  { label: 'Ask for free credit', to: '/free-credit', words: 'give grant units' },
  { label: 'Propose a tariff', to: '/tariffs', words: 'price change new version raise' },
  { label: 'Record a deposit of a vendor', to: '/vendors', words: 'float shop money' },
  { label: 'Add a vendor', to: '/vendors', words: 'new shop till', onlyAdministrators: true },
  { label: 'Take in a bank statement', to: '/bank-statements', words: 'file upload import' },
  {
    ...{ label: 'Compare a settlement with the books', to: '/reconciliation' },
    ...{ search: { tab: 'compare' }, words: 'provider file reconcile' },
  },
  { label: 'Export data', to: '/imports', words: 'csv download books file' },
  { label: 'Import connections', to: '/imports', words: 'csv upload', onlyAdministrators: true },
  { label: 'Try or change the protection rules', to: '/protection/change', words: 'cut hours' },
  { label: 'Run a proof of the books', to: '/proof', words: 'ledger check audit' },
  { label: 'Approve or decline', to: '/approvals', words: 'waiting second person' },
  {
    ...{ label: 'Start a key-change campaign', to: '/key-changes', words: 'rollover tid base' },
    onlyAdministrators: true,
  },
  {
    ...{ label: 'Make a key for a program', to: '/integrations', words: 'api integration' },
    onlyAdministrators: true,
  },
];

/** Those whose names begin with all that was typed stand first; acts are not for viewers. */
export function placesFor(role: Role, text: string): readonly Place[] {
  const wanted = wordsOf(text);
  if (wanted.length === 0) return [];
  const rooms = [...everyDay, ...roomGroupsFor(role).flatMap((group) => group.rooms)];
  const found: { readonly place: Place; readonly rank: number }[] = [];
  const add = (place: Place, more: string): void => {
    const own = wordsOf(place.label);
    const all = [...own, ...wordsOf(more)];
    const isFound = wanted.every((word) => all.some((each) => each.startsWith(word)));
    if (!isFound) return;
    const isByName = wanted.every((word) => own.some((each) => each.startsWith(word)));
    found.push({ place, rank: (isByName ? 0 : 2) + (place.kind === 'page' ? 0 : 1) });
  };
  for (const { to, label } of rooms) add({ kind: 'page', to, label }, otherWords[to] ?? '');
  for (const { words, onlyAdministrators, ...act } of role === 'viewer' ? [] : acts) {
    if (role === 'administrator' || onlyAdministrators !== true) {
      add({ kind: 'act', ...act }, words);
    }
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .map(({ place }) => place)
    .slice(0, 6);
}

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
