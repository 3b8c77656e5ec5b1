// Routes of tills: bearer key in, JSON out. The utility and the vendor come from the key, never
// from the request.

import { closeShiftSchema, type VendorMe, vendorQuoteBodySchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse } from '../../base/http/parse.ts';
import { problemOfRefusal } from './errors.ts';
import { answer, answerTill, statementQuery } from './http-helpers.ts';
import type { Till } from './keys.ts';
import { type VendorOperatorRoutesDeps, vendorOperatorRoutes } from './operator-routes.ts';
import { statementOf } from './statement.ts';

export { tillSaleRoute, tillSaleShortcut } from './till-sale-route.ts';

import { uuidFromPath } from '../../base/http/paths.ts';

export type VendorRoutesDeps = VendorOperatorRoutesDeps;

const root = '/api/vendor/v1';
type ByRequest = { Params: { requestId: string } };
type BySale = { Params: { saleId: string } };
type ByShift = { Params: { shiftId: string } };

export function vendorRoutes(context: VendorRoutesDeps) {
  const { selling, shifts } = context.vendors;

  const tillOf = async (request: FastifyRequest): Promise<Till> => {
    const till = await context.vendors.tillOf(request.headers.authorization ?? '');
    if (till !== null) return till;
    throw problemOfRefusal('keyRefused');
  };

  const me = async (till: Till): Promise<VendorMe> => {
    const utility = await context.utilities.get(till.utilityId);
    const shift = await shifts.current(till);
    const vendor = await context.database.inUtility(till.utilityId, (tx) =>
      tx
        .selectFrom('vendors')
        .selectAll()
        .where('id', '=', till.vendorId)
        .executeTakeFirstOrThrow(),
    );
    return {
      vendorId: idFromUuid('vendor', till.vendorId),
      name: vendor.name,
      till: till.label,
      utility: { name: utility.name, zone: utility.zone, currency: utility.currency },
      blocked: vendor.blocked_reason !== null,
      availableMinor: (vendor.float_minor + vendor.float_limit_minor).toString(),
      shift,
    };
  };

  const saleRoutes = (app: FastifyInstance): void => {
    app.get(`${root}/me`, async (request) => me(await tillOf(request)));
    app.get<{ Params: { meterPan: string } }>(`${root}/meters/:meterPan`, async (request) =>
      answer(await selling.confirmMeter(await tillOf(request), request.params.meterPan)),
    );
    app.post(`${root}/quotes`, async (request) => {
      const till = await tillOf(request);
      const body = parse(vendorQuoteBodySchema, request.body);
      const amountMinor = BigInt(body.amountMinor);
      const quoted = await selling.quote(till, { ...body, amountMinor });
      return answerTill(context.utilities, till, quoted);
    });
    app.get<ByRequest>(`${root}/sales/:requestId`, async (request) =>
      answer(await selling.receiptOf(await tillOf(request), request.params.requestId)),
    );
    app.post<BySale>(`${root}/sales/:saleId/reprint`, async (request) => {
      const till = await tillOf(request);
      return answer(await selling.reprint(till, uuidFromPath('sale', request.params.saleId)));
    });
  };

  const shiftRoutes = (app: FastifyInstance): void => {
    app.post(`${root}/shifts`, async (request) => answer(await shifts.open(await tillOf(request))));
    app.get(`${root}/shifts/current`, async (request) => {
      const shift = await shifts.current(await tillOf(request));
      if (shift === null) throw problemOfRefusal('unknownShift');
      return shift;
    });
    app.get<ByShift>(`${root}/shifts/:shiftId`, async (request) => {
      const till = await tillOf(request);
      return answer(await shifts.find(till, uuidFromPath('shift', request.params.shiftId)));
    });
    app.post<ByShift>(`${root}/shifts/:shiftId/close`, async (request) => {
      const till = await tillOf(request);
      const shiftId = uuidFromPath('shift', request.params.shiftId);
      const countedMinor = BigInt(parse(closeShiftSchema, request.body).countedMinor);
      return answer(await shifts.close(till, { shiftId, countedMinor }));
    });
    app.get(`${root}/statement`, async (request) => {
      const till = await tillOf(request);
      const { zone } = await context.utilities.get(till.utilityId);
      const query = statementQuery(request.query, zone);
      return context.database.inUtility(till.utilityId, (tx) => statementOf(tx, till, query));
    });
  };

  return async (app: FastifyInstance): Promise<void> => {
    saleRoutes(app);
    shiftRoutes(app);
    await app.register(vendorOperatorRoutes(context));
  };
}
