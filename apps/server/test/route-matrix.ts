// What the test that asks every route as every kind of caller sends, and what it expects: who may
// come stands in packages/api/src/who-may.ts, and here only whether there is anything by the name
// that is asked for, and a body where a good one is looked at before anything else.

import { type Access, whoMay } from '@prewatt/api';

export const whos = [
  'nobody',
  'customer',
  'neighbour',
  'technician',
  'viewer',
  'auditor',
  'operator',
  'administrator',
  // The administrator of another utility.
  'stranger',
  'till',
  'provider',
] as const;

/** `out`: sign in first. `no`: not with this role. `none`: nothing there. `in`: let in. */
export type Outcome = 'out' | 'no' | 'none' | 'in' | `broken ${number}`;
type Row = readonly Outcome[];

const row = (text: string): Row => text.split(' ') as Outcome[];

/** In the order of `whos`. */
const rows: Readonly<Record<Access, Row>> = {
  own: row('out out out in in in in in in out out'),
  staff: row('out out out in in no in in in out out'),
  reads: row('out out out no in in in in in out out'),
  audits: row('out out out no in in no in in out out'),
  acts: row('out out out no no no in in in out out'),
  administers: row('out out out no no no no in in out out'),
  customers: row('out in in out out out out out out out out'),
  ownHome: row('out in none out out out out out out out out'),
  tills: row('out out out out out out out out out in out'),
  phones: row('out out out out out out out out out out out'),
  providers: row('out out out out out out out out out out none'),
  everybody: row('in in in in in in in in in in in'),
  signsOut: row('out out out out out out out out out out out'),
  nobody: row('none none none none none none none none none none none'),
};

/** Names of nothing that is there: whoever is let in finds nothing. */
const namesNothing: ReadonlySet<string> = new Set([
  'GET /api/operator/approvals/:id',
  'POST /api/operator/approvals/:id/approve',
  'GET /api/operator/customers/:id',
  'GET /api/operator/customers/:id/contact',
  'GET /api/operator/customers/:id/sales',
  'GET /api/operator/tickets/:id',
  'GET /api/operator/campaigns/:id',
  'POST /api/operator/campaigns/:id/deliver',
  'GET /api/operator/campaigns/:id/export',
  'GET /api/operator/campaigns/:id/meters',
  'POST /api/operator/campaigns/:id/withdraw',
  'GET /api/operator/lights/:id',
  'GET /api/operator/lights/:id/lamps.csv',
  'GET /api/operator/grants/:id',
  'POST /api/operator/grants/:id/show',
  'GET /api/operator/grants/batches/:id',
  'GET /api/operator/imports/:id',
  'POST /api/operator/imports/:id/cancel',
  'POST /api/operator/imports/:id/resume',
  'GET /api/operator/imports/:id/rows',
  'POST /api/operator/inbox/:id/done',
  'GET /api/operator/installs/:id',
  'GET /api/operator/integrations/:id',
  'POST /api/operator/emergencies/:id/review',
  'POST /api/operator/endpoints/:id/test',
  'GET /api/operator/endpoints/:id/deliveries',
  'GET /api/operator/integrations/:id/endpoints',
  'POST /api/operator/keys/loads/:id/close',
  'POST /api/operator/keys/loads/:id/components',
  'POST /api/operator/meter-alerts/:id/acknowledge',
  'GET /api/operator/proof/runs/:id',
  'POST /api/operator/protection/outages/:outageId/end',
  'GET /api/operator/protection/outages/:outageId/homes',
  'GET /api/operator/protection/replays/:id',
  'POST /api/operator/refunds/:id/send',
  'GET /api/operator/sales/:id',
  'POST /api/operator/sales/:id/retry',
  'GET /api/operator/sales/:id/reversibility',
  'GET /api/operator/network/:id/days',
  'GET /api/operator/cases/:id',
  'GET /api/operator/cases/:id/letter',
  'GET /api/operator/cases/:id/evidence',
  'GET /api/operator/cases/:id/photos/:sha256',
  'GET /api/operator/bank-statements/:id',
  'GET /api/operator/notifications/:id',
  'POST /api/operator/notifications/:id/replay',
  'GET /api/operator/unallocated-money/:id/candidates',
  'GET /api/operator/team/:id/sessions',
  'POST /api/operator/team/:id/sessions/end',
  'POST /api/operator/team/:id/end',
  'POST /api/operator/team/:id/invite',
  'POST /api/operator/team/:id/role',
  'POST /api/operator/team/invitations/:id/withdraw',
  'GET /api/operator/tariffs/assignments/:id',
  'GET /api/operator/tariffs/assignments/:id/rows.csv',
  'POST /api/operator/tariffs/assignments/:id/withdraw',
  'GET /api/operator/tariffs/back-tests/:id',
  'GET /api/operator/tariffs/back-tests/:id/rows',
  'GET /api/operator/tariffs/back-tests/:id/rows.csv',
  'GET /api/operator/tariffs/versions/:id',
  'POST /api/operator/tariffs/versions/:id/back-tests',
  'GET /api/operator/tariffs/versions/:id/meters',
  'POST /api/operator/tariffs/versions/:id/request-approval',
  'POST /api/operator/tariffs/versions/:id/withdraw',
  'POST /api/operator/vendors/:id/clerks/:clerkId/pin',
  'POST /api/operator/vendors/:id/clerks/:clerkId/remove',
  'POST /api/operator/vendors/:id/keys/:keyId/revoke',
  'GET /api/vendor/v1/meters/:meterPan',
  'GET /api/vendor/v1/sales/:requestId',
  'POST /api/vendor/v1/sales/:saleId/reprint',
  'GET /api/vendor/v1/shifts/:shiftId',
  'POST /connections/:id/push',
  'POST /connections/:id/mail',
  'GET /quotes/:id',
  'POST /quotes/:id/pay',
  'GET /sales/:id',
  'GET /sales/:id/live',
  'GET /sales/:id/receipt.pdf',
]);

/** Names of ours, of which another utility finds nothing. */
const namesOurs: ReadonlySet<string> = new Set([
  'GET /api/operator/connections/:id',
  'GET /api/operator/connections/:id/cards',
  'GET /api/operator/connections/:id/commands',
  'GET /api/operator/connections/:id/events',
  'GET /api/operator/connections/:id/driver',
  'GET /api/operator/connections/:id/link',
  'GET /api/operator/connections/:id/messages',
  'GET /api/operator/connections/:id/meter',
  'GET /api/operator/connections/:id/protection',
  'GET /api/operator/connections/:id/readings',
  'GET /api/operator/connections/:id/sales',
  'GET /api/operator/connections/:id/statement',
  'GET /api/operator/connections/:id/statement.csv',
  'GET /api/operator/connections/:id/tariff',
  'GET /api/operator/connections/:id/tokens',
  'GET /api/operator/connections/:id/top-up',
  'GET /api/operator/connections/:id/usage',
  'GET /api/operator/connections/:id/wallet',
  'GET /api/operator/vendors/:id',
  'GET /api/operator/vendors/:id/batches',
  'GET /api/operator/vendors/:id/deposits',
  'GET /api/operator/vendors/:id/float-payments',
  'POST /api/operator/vendors/:id/settings',
  'GET /api/operator/vendors/:id/shifts',
  'GET /api/operator/vendors/:id/site-sales',
  'GET /api/operator/vendors/:id/statement',
]);

/** May be kept by browsers: the same for everybody. */
export const publicFiles: ReadonlySet<string> = new Set([
  'GET /app.webmanifest',
  'GET /assets/app.DIGEST.js',
  'GET /assets/consumer.DIGEST.css',
  'GET /assets/consumer.DIGEST.js',
  'GET /assets/consumer.DIGEST.svg',
  'GET /assets/icon.DIGEST.png',
  'GET /assets/log.DIGEST.js',
  'GET /assets/offer.DIGEST.js',
  'GET /assets/push.DIGEST.js',
  'GET /assets/till.DIGEST.css',
  'GET /assets/till.DIGEST.js',
  'GET /push-worker.js',
  'GET /operator/*',
  'GET /operator/assets/:file',
  'GET /operator/worker.js',
]);

const asked = { requestId: 'of-the-matrix', reason: 'For the matrix.' };

/** What is sent where a role is looked at only with a good body; else it is empty. */
export const bodies: Readonly<Record<string, object>> = {
  'POST /api/operator/identity-warning': { ...asked, days: 30 },
  // Refused for its form, so that everybody stays signed in for the other lines.
  'POST /api/operator/me/sign-out-everywhere': { no: 'such field' },
  'POST /api/operator/proof/clock': {
    ...asked,
    ...{ from: '2026-11-24T08:00:00Z', to: '2026-11-24T09:00:00Z' },
  },
  'POST /api/operator/document-texts': {
    ...{ ...asked, legalName: 'U', taxNumber: null, address: null, receiptFooter: null },
  },
  'POST /api/operator/page-writing': {
    ...{ ...asked, language: 'fr', hours: 12, moneyForm: 'code' },
  },
  'POST /api/operator/silence': { ...asked, hours: 48 },
  'POST /api/operator/views': { list: 'meters', name: 'Mine', search: '', isShared: false },
  'POST /api/operator/views/remove': { list: 'meters', name: 'Mine' },
};

/** What is asked for in the address, where nothing is there without it. */
export const queries: Readonly<Record<string, string>> = {
  'GET /api/operator/reports/collections': '?from=2026-11-01&to=2026-11-30',
  'GET /api/operator/reports/collections/file': '?from=2026-11-01&to=2026-11-30',
  'GET /api/operator/reports/collections/transfers': '?from=2026-11-01&to=2026-11-30&key=none',
  'GET /api/operator/reports/given': '?from=2026-11-01&to=2026-11-30',
  'GET /api/operator/reports/given/file': '?from=2026-11-01&to=2026-11-30',
  'GET /api/operator/reports/given/list': '?from=2026-11-01&to=2026-11-30&key=none',
  'GET /api/operator/reports/unclaimed/list': '?kind=balances',
  'GET /api/operator/views': '?list=meters',
  'GET /api/operator/reports/sales': '?from=2026-11-01&to=2026-11-30',
  'GET /api/operator/reports/sales/file': '?from=2026-11-01&to=2026-11-30',
  'GET /api/operator/reports/sales/transfers': '?from=2026-11-01&to=2026-11-30&key=none',
  'GET /api/operator/audit/lists': '?list=late',
  'GET /api/operator/audit/lists/file': '?list=free',
  'GET /api/operator/audit/way': '?of=sale_0198f3c2-7a10-7c3e-9b52-3f6d1c9e8a41',
  'GET /api/operator/tariffs/templates/document': '?template=demo',
};

/** What each of `whos` gets of a route. */
export function expectedOf(line: string): Row {
  const access = whoMay.get(line);
  if (access === undefined) throw new Error(`who may come to ${line} is not said`);
  return rows[access].map((outcome, place) => {
    if (outcome !== 'in') return outcome;
    if (namesNothing.has(line)) return 'none';
    return namesOurs.has(line) && whos[place] === 'stranger' ? 'none' : 'in';
  });
}
