// Routes of tills: bearer key in, JSON out. The utility and the vendor come from the key, never
// from the request.

import { tillApi, type VendorMe } from '@prewatt/api';
import { idFromUuid, uuidIn } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { problemOfRefusal } from './errors.ts';
import { availableTo } from './float.ts';
import { answer, answerTill, statementQuery } from './http-helpers.ts';
import type { Till } from './keys.ts';
import type { VendorOperatorRoutesDeps } from './operator-door.ts';
import { vendorOperatorRoutes } from './operator-routes.ts';
import { statementOf } from './statement.ts';

export { tillSaleRoute, tillSaleShortcut } from './till-sale-route.ts';

export type VendorRoutesDeps = VendorOperatorRoutesDeps;

export function vendorRoutes(context: VendorRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    saleRoutes(app, context);
    shiftRoutes(app, context);
    siteRoutes(app, context);
    await app.register(vendorOperatorRoutes(context));
  };
}

/** Whose key it is; 401 for anybody else. */
const createTillOf =
  ({ vendors }: VendorRoutesDeps) =>
  async (request: FastifyRequest): Promise<Till> => {
    const till = await vendors.tillOf(request.headers.authorization ?? '');
    if (till !== null) return till;
    throw problemOfRefusal('keyRefused');
  };

async function me(context: VendorRoutesDeps, till: Till): Promise<VendorMe> {
  const utility = await context.utilities.get(till.utilityId);
  const shift = await context.vendors.shifts.current(till);
  const vendor = await context.database.inUtility(till.utilityId, (tx) =>
    tx.selectFrom('vendors').selectAll().where('id', '=', till.vendorId).executeTakeFirstOrThrow(),
  );
  return {
    vendorId: idFromUuid('vendor', till.vendorId),
    name: vendor.name,
    till: till.label,
    utility: { name: utility.name, zone: utility.zone, currency: utility.currency },
    blocked: vendor.blocked_reason !== null,
    availableMinor: availableTo(vendor, till).toString(),
    shift,
  };
}

function saleRoutes(app: FastifyInstance, context: VendorRoutesDeps): void {
  const { selling } = context.vendors;
  const tillOf = createTillOf(context);
  on(app, tillApi.me, async ({ request }) => me(context, await tillOf(request)));
  on(app, tillApi.meter, async ({ request }) =>
    answer(await selling.confirmMeter(await tillOf(request), request.params.meterPan)),
  );
  on(app, tillApi.quote, async ({ request, readBody }) => {
    const till = await tillOf(request);
    const body = readBody();
    const amountMinor = BigInt(body.amountMinor);
    const quoted = await selling.quote(till, { ...body, amountMinor });
    return answerTill(context.utilities, till, quoted);
  });
  on(app, tillApi.receipt, async ({ request }) =>
    answer(await selling.receiptOf(await tillOf(request), request.params.requestId)),
  );
  on(app, tillApi.reprint, async ({ request, uuid }) => {
    const till = await tillOf(request);
    return answer(await selling.reprint(till, uuid('saleId')));
  });
}

/** A gateway that sells without the internet. */
function siteRoutes(app: FastifyInstance, context: VendorRoutesDeps): void {
  const { sites } = context.vendors;
  const tillOf = createTillOf(context);
  on(app, tillApi.takeSiteBudget, async ({ request, readBody }) => {
    const till = await tillOf(request);
    const body = readBody();
    return answer(await sites.takeBudget(till, body));
  });
  on(app, tillApi.reportSiteSale, async ({ request, readBody }) => {
    const till = await tillOf(request);
    const { clerkId, ...sale } = readBody();
    return answer(await sites.reportSale(till, { ...sale, clerkId: uuidIn(clerkId) }));
  });
  on(app, tillApi.checkClerkPin, async ({ request, uuid, readBody }) => {
    const till = await tillOf(request);
    const clerkId = uuid('clerkId');
    return answer(await sites.checkPin(till, { clerkId, ...readBody() }));
  });
}

function shiftRoutes(app: FastifyInstance, context: VendorRoutesDeps): void {
  const { shifts } = context.vendors;
  const tillOf = createTillOf(context);
  on(app, tillApi.openShift, async ({ request }) =>
    answer(await shifts.open(await tillOf(request))),
  );
  on(app, tillApi.currentShift, async ({ request }) => {
    const shift = await shifts.current(await tillOf(request));
    if (shift === null) throw problemOfRefusal('unknownShift');
    return shift;
  });
  on(app, tillApi.shift, async ({ request, uuid }) => {
    const till = await tillOf(request);
    return answer(await shifts.find(till, uuid('shiftId')));
  });
  on(app, tillApi.closeShift, async ({ request, readBody, uuid }) => {
    const till = await tillOf(request);
    const shiftId = uuid('shiftId');
    const countedMinor = BigInt(readBody().countedMinor);
    return answer(await shifts.close(till, { shiftId, countedMinor }));
  });
  on(app, tillApi.statement, async ({ request, readQuery }) => {
    const till = await tillOf(request);
    const { zone } = await context.utilities.get(till.utilityId);
    const query = statementQuery(readQuery(), zone);
    return context.database.inUtility(till.utilityId, (tx) => statementOf(tx, till, query));
  });
}
