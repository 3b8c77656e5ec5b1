// Routes of customers: the list, one with all that is theirs, changes of them, and who the customer
// of a home is.

import { connectionApi, customerApi } from '@prewatt/api';
import { idFromUuid, uuidIn } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound, problemsOf } from '../../base/http/problem.ts';
import { type TableFile, tableCells } from '../../base/http/table-file.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import { type AccessLog, type AuditLog, createListExport } from '../../registry/audit-log/index.ts';
import { loadCustomer, occupanciesOf } from '../../registry/customers/index.ts';
import {
  createOperatorScope,
  type Operator,
  type OperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import {
  type CustomerRefusal,
  changeCustomer,
  changeTenant,
  editCustomer,
  makeCustomer,
  mergeCustomers,
  unmergeCustomers,
} from '../../workflows/customers/index.ts';
import {
  type CustomerSearch,
  contactPage,
  customerDetail,
  customerPage,
  phoneDigitsIn,
  salesOfCustomer,
} from './customers.ts';
import { salePage } from './sales.ts';
import type { OnConnection } from './scope.ts';

export type CustomerRoutesDeps = OperatorScopeDeps & {
  readonly accessLog: AccessLog;
  readonly auditLog: AuditLog;
  readonly messages: Messages;
  readonly newUuid: NewUuid;
};

const problemOf = problemsOf<CustomerRefusal>({
  phoneFormat: [422, 'Write the phone as it is dialled at home, or with + and the country’s code.'],
  unknownCustomer: [404, 'There is no such customer.'],
  customerMerged: [409, 'This customer was merged into another. Open that one.'],
  changedMeanwhile: [409, 'Somebody changed this customer since you looked.'],
  phoneNeeded: [422, 'A customer with homes needs a phone: it sees and buys for them.'],
  phoneTaken: [409, 'Another customer has this phone.'],
  mergeItself: [422, 'Choose another customer.'],
  notMerged: [409, 'The two are not merged any more.'],
  connectionClosed: [
    422,
    'The connection is closed and has no customer any more. Open the one that is in use.',
  ],
  sameTenant: [422, 'Nothing would change: that is how it is now.'],
  moneyStays: [409, 'Money stays with the home.'],
});

export function customerRoutes(
  app: FastifyInstance,
  context: CustomerRoutesDeps,
  onConnection: OnConnection,
): void {
  const { scoped } = createOperatorScope(context);
  readingRoutes(app, context);
  changingRoutes(app, context);

  on(app, connectionApi.customer, async ({ request, readBody }) => {
    const { name, phone, reason } = readBody();
    const changed = await onConnection(request, (s) => {
      requireActing(s.operator);
      const { utility, connection, operator: by } = s;
      const nowMs = context.clocks.business.nowMs();
      const change = { utility, connection, by, reason, nowMs, customer: { name, phone } };
      return changeCustomer(context, s.tx, change);
    });
    if (!changed.ok) throw problemOf(changed.error);
    return changed.value;
  });
  on(app, connectionApi.tenant, async ({ request, readBody }) => {
    const { next, finalReadingWh, moneyStays, reason } = readBody();
    const changed = await onConnection(request, (s) => {
      requireActing(s.operator);
      const { utility, connection, operator: by, nowMs } = s;
      return changeTenant(context, s.tx, {
        ...{ utility, connection, by, reason, nowMs, moneyStays },
        next:
          next !== null && 'customerId' in next ? { customerId: uuidIn(next.customerId) } : next,
        finalReadingWh: finalReadingWh === null ? null : BigInt(finalReadingWh),
      });
    });
    if (!changed.ok) throw problemOf(changed.error.code, changed.error.said);
    return changed.value;
  });
  const sendExport = createListExport(scoped, context.auditLog);
  on(app, customerApi.file, ({ request, readQuery, reply }) => {
    const query = readQuery();
    return sendExport({
      ...{ request, reply, query, name: 'customers', subject: 'customerList' },
      pages: ({ utility }) => customerFilePages(context, utility, query),
    });
  });
}

function readingRoutes(app: FastifyInstance, context: CustomerRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  /** Whoever reads a customer reads the homes: it stands in the audit log as theirs. */
  const noteReading = async (operator: Operator, homes: readonly string[]): Promise<void> => {
    for (const home of homes) await context.accessLog.connectionRead(operator, home);
  };
  on(app, customerApi.list, async ({ request, readQuery }) => {
    const query = readQuery();
    const { page, operator } = await scoped(request, async (s) => ({
      page: await customerPage(s.tx, { ...query, cursor: query.cursor ?? null }),
      operator: s.operator,
    }));
    const phoneDigits = phoneDigitsIn(query.search);
    if (phoneDigits !== null) {
      await context.accessLog.phoneSearched(operator, { connectionIds: [], phoneDigits });
    }
    return page;
  });
  on(app, customerApi.detail, async ({ request, uuid }) => {
    const id = uuid('id');
    const { detail, operator, homes } = await scoped(request, async (s) => ({
      detail: await customerDetail(s.tx, id, s.nowMs),
      homes: (await occupanciesOf(s.tx, id)).map(({ place }) => place.connectionId),
      operator: s.operator,
    }));
    if (detail === null) throw notFound('customer');
    await noteReading(operator, homes);
    return detail;
  });
  on(app, customerApi.sales, ({ request, uuid, readQuery }) => {
    const id = uuid('id');
    const { cursor = null } = readQuery();
    return scoped(request, async ({ tx, utility }) => {
      if ((await loadCustomer(tx, id)) === null) throw notFound('customer');
      return salePage(tx, utility, { where: salesOfCustomer(id), cursor });
    });
  });
  on(app, customerApi.contact, ({ request, uuid, readQuery }) => {
    const id = uuid('id');
    const { cursor = null } = readQuery();
    return scoped(request, async ({ tx }) => {
      const customer = await loadCustomer(tx, id);
      if (customer === null) throw notFound('customer');
      return contactPage(tx, customer, cursor);
    });
  });
}

function changingRoutes(app: FastifyInstance, context: CustomerRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  const changeOf = ({ utility, operator, nowMs }: OperatorScope) => {
    requireActing(operator);
    return { utility, by: operator, nowMs };
  };
  type Answer = Awaited<ReturnType<typeof makeCustomer>>;
  const said = (done: Answer) => {
    if (!done.ok) throw problemOf(done.error.code, done.error.said);
    const { customerId, version } = done.value;
    return { customerId: idFromUuid('customer', customerId), version };
  };
  on(app, customerApi.make, ({ request, readBody }) => {
    const { requestId, ...fields } = readBody();
    return scoped(request, async (s) =>
      said(await makeCustomer(context, s.tx, { ...changeOf(s), requestId, fields })),
    );
  });
  on(app, customerApi.change, ({ request, uuid, readBody }) => {
    const customerId = uuid('id');
    const { version, reason, ...fields } = readBody();
    return scoped(request, async (s) => {
      const change = { ...changeOf(s), customerId, version, reason, fields };
      return said(await editCustomer(context, s.tx, change));
    });
  });
  for (const [route, work] of [
    [customerApi.merge, mergeCustomers],
    [customerApi.unmerge, unmergeCustomers],
  ] as const) {
    on(app, route, ({ request, uuid, readBody }) => {
      const customerId = uuid('id');
      const { otherId, reason } = readBody();
      return scoped(request, async (s) => {
        const two = { ...changeOf(s), customerId, otherId: uuidIn(otherId), reason };
        return said(await work(context, s.tx, two));
      });
    });
  }
}

const columns = [
  ...['customer_id', 'name', 'phone', 'email', 'homes', 'first_home', 'debt', 'currency'],
  ...['open_tickets', 'customer_since'],
];
const filePageSize = 500;

/** Page by page, each a short transaction: what changes meanwhile may or may not be in it. */
async function* customerFilePages(
  context: Pick<CustomerRoutesDeps, 'database'>,
  utility: OperatorScope['utility'],
  asked: Omit<CustomerSearch, 'cursor'>,
): AsyncGenerator<TableFile['rows']> {
  const cells = tableCells(utility);
  yield [columns];
  for (let cursor: string | null = null; ; ) {
    const from: string | null = cursor;
    const page: Awaited<ReturnType<typeof customerPage>> = await context.database.inUtility(
      utility.id,
      (tx) => customerPage(tx, { ...asked, cursor: from, size: filePageSize }),
    );
    yield page.rows.map((row) => [
      ...[row.customerId, row.name, row.phone ?? '', row.email ?? ''],
      ...[{ number: String(row.homes) }, row.homeName ?? '', cells.money(row.debtMinor)],
      ...[cells.currency, { number: String(row.openTickets) }, cells.at(row.since)],
    ]);
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
