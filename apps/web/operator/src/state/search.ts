// What the address holds: filters, search text, the open tab and the open sale. Plain `name=value`
// pairs, so that an address can be read, typed and sent to a colleague. What an address says and
// the console does not know is dropped.

import {
  type AuditTopic,
  auditTopics,
  type CustomerListQuery,
  customerShows,
  customerSorts,
  type FindingKindJson,
  type IdentityShow,
  identityShows,
  type LandingState,
  type MeterCreditMode,
  type NotificationShow,
  notificationShows,
  type SaleListQuery,
  type SaleState,
  saleStates,
  type TicketKind,
  type TicketListQuery,
  ticketKinds,
  ticketShows,
} from '@prewatt/api';
import { hideText } from './hidden-columns.ts';

export const meterFilters = [
  'all',
  'connected',
  'disconnected',
  'lowCredit',
  'outOfCredit',
  'silent',
] as const;
export type MeterFilter = (typeof meterFilters)[number];
export const creditModes = [
  'energy',
  'money',
  'wallet',
] as const satisfies readonly MeterCreditMode[];
/** Hours without a word. */
export const silentSpans = ['24', '48', '168', '720', 'never'] as const;
export type MetersSearch = {
  readonly filter?: MeterFilter;
  readonly search?: string;
  readonly credit?: MeterCreditMode;
  readonly silentFor?: (typeof silentSpans)[number];
  readonly firmware?: string;
  readonly sort?: MeterSort;
  readonly order?: 'desc';
  /** Columns that are left out. */
  readonly hide?: string;
};

/** By name when absent. */
export const meterSorts = ['creditEnd', 'meter', 'credit', 'power', 'contact'] as const;
export type MeterSort = (typeof meterSorts)[number];

export type SalesSearch = {
  readonly day?: string;
  readonly from?: string;
  readonly to?: string;
  readonly state?: SaleState;
  /** By time when absent. */
  readonly sort?: Exclude<SaleListQuery['sort'], 'time'>;
  readonly order?: 'asc';
};

export const connectionTabs = [
  'sales',
  'money',
  'tokens',
  'given',
  'readings',
  'events',
  'commands',
  'messages',
] as const;
export type ConnectionTab = (typeof connectionTabs)[number];

export const vendorTabs = [
  'statement',
  'shifts',
  'batches',
  'brought',
  'phones',
  'site',
  'keys',
  'clerks',
  'many',
] as const;
export type VendorTab = (typeof vendorTabs)[number];

export const reconciliationTabs = ['differences', 'compare', 'files', 'fees'] as const;
export type ReconciliationTab = (typeof reconciliationTabs)[number];
export const differenceFilters = ['open', 'explained', 'closed', 'all'] as const;
export type DifferenceFilter = (typeof differenceFilters)[number];

export const approvalFilters = ['awaiting', 'done', 'failed', 'declined', 'all'] as const;
export type ApprovalFilter = (typeof approvalFilters)[number];

export const findingKinds = [
  'gap',
  'spike',
  'negative',
  'reset',
  'unit',
  'clockDrift',
  'differs',
] as const satisfies readonly FindingKindJson[];
export const landingFilters = [
  'sent',
  'replaced',
  'lifted',
  'expired',
  'all',
] as const satisfies readonly (LandingState | 'all')[];
export type LandingFilter = (typeof landingFilters)[number];
export const revenueTabs = [
  'visit',
  'support',
  'held',
  'cases',
  'route',
  'closed',
  'results',
] as const;
export type RevenueTab = (typeof revenueTabs)[number];
export const installFilters = ['open', 'attention', 'closed', 'cancelled', 'all'] as const;

type Raw = Record<string, unknown>;

/**
 * "?filter=silent&search=12" -> { filter: "silent", search: "12" }; a name that is repeated keeps
 * its last value.
 */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The reverse of parseSearch; names without a value or with an empty one are left out. */
export function stringifySearch(search: Raw): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === '') continue;
    pairs.set(name, String(value));
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * What the router reads of an address. It hands a page whatever its address says besides what the
 * page's own reading returns, so what is unknown or malformed is dropped here, before any page.
 */
export function readAddress(text: string): Record<string, string> {
  const raw = parseSearch(text);
  return {
    ...signedInSearch(raw),
    ...metersSearch(raw),
    ...salesSearch(raw),
    ...connectionSearch(raw),
    ...vendorSearch(raw),
    ...reconciliationSearch(raw),
    ...proofSearch(raw),
    ...approvalsSearch(raw),
    ...callsSearch(raw),
    ...readingsSearch(raw),
    ...protectionSearch(raw),
    ...changeTariffSearch(raw),
    ...installsSearch(raw),
    ...identitiesSearch(raw),
    ...refundsSearch(raw),
    ...unallocatedSearch(raw),
    ...notificationsSearch(raw),
    ...revenueSearch(raw),
    ...auditLogSearch(raw),
    ...customersSearch(raw),
    ...customerSearch(raw),
    ...ticketsSearch(raw),
    ...reportsSearch(raw),
    ...signInSearch(raw),
  };
}

/** The sale whose details lie open over any page. */
export function signedInSearch(raw: Raw): { sale?: string } {
  const sale = raw['sale'];
  return typeof sale === 'string' && /^sale_[0-9a-f-]{36}$/.test(sale) ? { sale } : {};
}

/** Absent means: all meters, no search text, whatever their credit, silence and software. */
export function metersSearch(raw: Raw): MetersSearch {
  const filter = oneOf(meterFilters, raw['filter']);
  const search = typeof raw['search'] === 'string' ? raw['search'].slice(0, 100) : '';
  const credit = oneOf(creditModes, raw['credit']);
  const silentFor = oneOf(silentSpans, raw['silentFor']);
  const firmware = typeof raw['firmware'] === 'string' ? raw['firmware'].slice(0, 64) : '';
  const sort = oneOf(meterSorts, raw['sort']);
  const order = oneOf(['desc'] as const, raw['order']);
  const hide = hideText(raw['hide']);
  return {
    ...(filter === undefined || filter === 'all' ? {} : { filter }),
    ...(search === '' ? {} : { search }),
    ...(credit === undefined ? {} : { credit }),
    ...(silentFor === undefined ? {} : { silentFor }),
    ...(firmware === '' ? {} : { firmware }),
    ...(sort === undefined ? {} : { sort }),
    ...(order === undefined ? {} : { order }),
    ...(hide === undefined ? {} : { hide }),
  };
}

/** Absent means: today in the utility's zone, the newest first. A range goes before a day. */
export function salesSearch(raw: Raw): SalesSearch {
  const dayOf = (value: unknown) =>
    typeof value === 'string' && isCivilDate(value) ? value : undefined;
  const [day, from, to] = [dayOf(raw['day']), dayOf(raw['from']), dayOf(raw['to'])];
  const hasRange = from !== undefined && to !== undefined && from <= to;
  const state = oneOf(saleStates, raw['state']);
  const sort = oneOf(['amount', 'energy', 'connection'] as const, raw['sort']);
  const order = oneOf(['asc'] as const, raw['order']);
  return {
    ...(hasRange ? { from, to } : day === undefined ? {} : { day }),
    ...(state === undefined ? {} : { state }),
    ...(sort === undefined ? {} : { sort }),
    ...(order === undefined ? {} : { order }),
  };
}

export type CustomersSearch = {
  readonly customers?: CustomerListQuery['show'];
  readonly search?: string;
  readonly sort?: CustomerListQuery['sort'];
  readonly order?: 'asc' | 'desc';
};

/** Absent means: all customers, by name. */
export function customersSearch(raw: Raw): CustomersSearch {
  const customers = oneOf(customerShows, raw['customers']);
  const search = typeof raw['search'] === 'string' ? raw['search'].slice(0, 100) : '';
  const sort = oneOf(customerSorts, raw['sort']);
  const order = oneOf(['asc', 'desc'] as const, raw['order']);
  return {
    ...(customers === undefined || customers === 'all' ? {} : { customers }),
    ...(search === '' ? {} : { search }),
    ...(sort === undefined || sort === 'name' ? {} : { sort }),
    ...(order === undefined ? {} : { order }),
  };
}

export const customerTabs = ['sales', 'contact', 'tickets'] as const;
export type CustomerTab = (typeof customerTabs)[number];

/** Absent means: the first tab. */
export function customerSearch(raw: Raw): { person?: CustomerTab } {
  const person = oneOf(customerTabs, raw['person']);
  return person === undefined || person === customerTabs[0] ? {} : { person };
}

export type TicketsSearch = {
  readonly tickets?: TicketListQuery['show'];
  readonly ticketKind?: TicketKind;
  readonly sort?: TicketListQuery['sort'];
  readonly order?: 'asc' | 'desc';
};

/** Absent means: those that are open, by when they are due. */
export function ticketsSearch(raw: Raw): TicketsSearch {
  const tickets = oneOf(ticketShows, raw['tickets']);
  const ticketKind = oneOf(ticketKinds, raw['ticketKind']);
  const sort = oneOf(['due', 'opened', 'number'] as const, raw['sort']);
  const order = oneOf(['asc', 'desc'] as const, raw['order']);
  return {
    ...(tickets === undefined || tickets === 'open' ? {} : { tickets }),
    ...(ticketKind === undefined ? {} : { ticketKind }),
    ...(sort === undefined || sort === 'due' ? {} : { sort }),
    ...(order === undefined ? {} : { order }),
  };
}

/** Absent means: the first tab. */
export function connectionSearch(raw: Raw): { tab?: ConnectionTab } {
  const tab = oneOf(connectionTabs, raw['tab']);
  return tab === undefined || tab === connectionTabs[0] ? {} : { tab };
}

/** Absent means: the first tab, and days that end today. */
export function vendorSearch(raw: Raw): { tab?: VendorTab; from?: string; to?: string } {
  const tab = oneOf(vendorTabs, raw['tab']);
  const { from, to } = raw;
  return {
    ...(tab === undefined || tab === vendorTabs[0] ? {} : { tab }),
    ...(typeof from === 'string' && isCivilDate(from) ? { from } : {}),
    ...(typeof to === 'string' && isCivilDate(to) ? { to } : {}),
  };
}

/** Absent means: the first tab, open differences. */
export function reconciliationSearch(raw: Raw): {
  tab?: ReconciliationTab;
  state?: DifferenceFilter;
} {
  const tab = oneOf(reconciliationTabs, raw['tab']);
  const state = oneOf(differenceFilters, raw['state']);
  return {
    ...(tab === undefined || tab === reconciliationTabs[0] ? {} : { tab }),
    ...(state === undefined || state === differenceFilters[0] ? {} : { state }),
  };
}

/** Absent means: the last run that finished. */
export function proofSearch(raw: Raw): { run?: string } {
  const run = raw['run'];
  return typeof run === 'string' && /^proof_[0-9a-f-]{36}$/.test(run) ? { run } : {};
}

/** Absent means: what awaits a decision. */
export function approvalsSearch(raw: Raw): { show?: ApprovalFilter } {
  const show = oneOf(approvalFilters, raw['show']);
  return show === undefined || show === approvalFilters[0] ? {} : { show };
}

/** Absent means: who is still to be called. */
export function callsSearch(raw: Raw): { calls?: 'resolved' } {
  return raw['calls'] === 'resolved' ? { calls: 'resolved' } : {};
}

/** Absent means: what stands open, of every kind. */
export function readingsSearch(raw: Raw): { show?: 'decided'; finding?: FindingKindJson } {
  const finding = oneOf(findingKinds, raw['finding']);
  return {
    ...(raw['show'] === 'decided' ? { show: 'decided' } : {}),
    ...(finding === undefined ? {} : { finding }),
  };
}

/** Absent means: limits by token that no sale has lifted yet. */
export function protectionSearch(raw: Raw): { limits?: LandingFilter } {
  const limits = oneOf(landingFilters, raw['limits']);
  return limits === undefined || limits === 'sent' ? {} : { limits };
}

export type IdentitiesSearch = { readonly identities?: IdentityShow; readonly search?: string };

/** Absent means: all meters with a link. */
export function identitiesSearch(raw: Raw): IdentitiesSearch {
  const identities = oneOf(identityShows, raw['identities']);
  const search = typeof raw['search'] === 'string' ? raw['search'].slice(0, 100) : '';
  return {
    ...(identities === undefined || identities === 'all' ? {} : { identities }),
    ...(search === '' ? {} : { search }),
  };
}

/** Absent means: begin with the rules in force, not with those of a trial. */
export function changeRulesSearch(raw: Raw): { from?: string } {
  const from = raw['from'];
  return typeof from === 'string' && /^replay_[0-9a-f-]{36}$/.test(from) ? { from } : {};
}

/** A version to go on from, or a template; both absent: one chooses. */
export function changeTariffSearch(raw: Raw): { of?: string; template?: string } {
  const { of, template } = raw;
  if (typeof of === 'string' && /^tariff_[0-9a-f-]{36}$/.test(of)) return { of };
  const isTemplate = typeof template === 'string' && /^[a-z0-9][a-z0-9-]{0,79}$/.test(template);
  return isTemplate ? { template } : {};
}

/** Absent means: open jobs. */
export function installsSearch(raw: Raw): { jobs?: (typeof installFilters)[number] } {
  const jobs = oneOf(installFilters, raw['jobs']);
  return jobs === undefined || jobs === 'open' ? {} : { jobs };
}

/** Absent means: actions of all kinds, by whomever. */
export type AuditLogSearch = {
  readonly about?: AuditTopic;
  readonly who?: string;
  /** The first and the last day. */
  readonly from?: string;
  readonly to?: string;
};
export function auditLogSearch(raw: Raw): AuditLogSearch {
  const about = oneOf(auditTopics, raw['about']);
  const who = typeof raw['who'] === 'string' ? raw['who'].slice(0, 100) : '';
  const day = (name: 'from' | 'to') =>
    typeof raw[name] === 'string' && isCivilDate(raw[name]) ? { [name]: raw[name] } : {};
  return {
    ...(about === undefined ? {} : { about }),
    ...(who === '' ? {} : { who }),
    ...day('from'),
    ...day('to'),
  };
}

export const reportTabs = [
  ...(['sales', 'collections', 'given', 'unclaimed', 'offSupply', 'debts'] as const),
] as const;
export type ReportTab = (typeof reportTabs)[number];
/** By what the rows of a report are; each report knows some of them. */
export const reportBys = ['day', 'month', 'vendor', 'tariff', 'channel', 'kind'] as const;
export type ReportBy = (typeof reportBys)[number];

export type ReportsSearch = {
  readonly about?: Exclude<ReportTab, 'sales'>;
  /** Times off supply of at least so many hours. */
  readonly hours?: string;
  readonly report?: ReportBy;
  readonly from?: string;
  readonly to?: string;
};

/** Absent means: sales of this month by day; homes off for three hours in the last seven days. */
export function reportsSearch(raw: Raw): ReportsSearch {
  const about = oneOf(reportTabs, raw['about']);
  const report = oneOf(reportBys, raw['report']);
  const hours = String(raw['hours'] ?? 3);
  const { from, to } = raw;
  const isDay = (value: unknown): value is string =>
    typeof value === 'string' && isCivilDate(value);
  return {
    ...(about === undefined || about === 'sales' ? {} : { about }),
    ...(report === undefined ? {} : { report }),
    ...(/^\d{1,2}$/.test(hours) && hours !== '3' ? { hours } : {}),
    ...(isDay(from) && isDay(to) && from <= to ? { from, to } : {}),
  };
}

/** Absent means: refunds that are due. */
export function refundsSearch(raw: Raw): { refunds?: 'paid' } {
  return raw['refunds'] === 'paid' ? { refunds: 'paid' } : {};
}

/** Absent means: today's visits. */
export function revenueSearch(raw: Raw): { revenue?: RevenueTab } {
  const revenue = oneOf(revenueTabs, raw['revenue']);
  return revenue === undefined || revenue === 'visit' ? {} : { revenue };
}

/** Absent means: money that waits for a decision. */
export function unallocatedSearch(raw: Raw): { money?: 'decided' } {
  return raw['money'] === 'decided' ? { money: 'decided' } : {};
}

export type NotificationsSearch = {
  readonly notifications?: NotificationShow;
  readonly provider?: string;
  readonly search?: string;
  readonly from?: string;
  readonly to?: string;
};

/** Absent means: all of them, of the last seven days. */
export function notificationsSearch(raw: Raw): NotificationsSearch {
  const notifications = oneOf(notificationShows, raw['notifications']);
  const { provider, search, from, to } = raw;
  const isDay = (value: unknown): value is string =>
    typeof value === 'string' && isCivilDate(value);
  return {
    ...(notifications === undefined ? {} : { notifications }),
    ...(typeof provider === 'string' && /^[\w-]{1,40}$/.test(provider) ? { provider } : {}),
    ...(typeof search === 'string' && search !== '' ? { search: search.slice(0, 100) } : {}),
    ...(isDay(from) && isDay(to) && from <= to ? { from, to } : {}),
  };
}

/**
 * Where to go after sign-in. Only a path inside the console: an address must not lead elsewhere.
 */
export function signInSearch(raw: Raw): { from?: string } {
  const from = raw['from'];
  return typeof from === 'string' && /^\/(?![/\\])/.test(from) && !from.startsWith('/sign-in')
    ? { from }
    : {};
}

/** A meter number typed with its spaces finds the same meter as one without. */
export function searchForServer(text: string): string {
  const trimmed = text.trim();
  return /^[\d\s-]+$/.test(trimmed) ? trimmed.replace(/[\s-]/g, '') : trimmed;
}

/** YYYY-MM-DD that the calendar knows. */
export function isCivilDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}
