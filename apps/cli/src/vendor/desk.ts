// What every vendor command works with: the signed-in client, the utility's currency, and vendors
// by id or name.

import { type VendorRow, vendorApi } from '@prewatt/api';
import { type Currency, ok, type Result } from '@prewatt/quantities';
import type {
  CommandContext,
  CommandLine,
  CommandResult,
  Failure,
  Options,
  OptionTable,
} from '../command.ts';
import type { HttpClient } from '../http-client.ts';
import { allRows, type Utility, utilityOf } from '../utility.ts';

export type Desk = {
  readonly client: HttpClient;
  readonly currency: Currency;
  readonly money: Utility['money'];
  readonly when: Utility['when'];
  readonly realWhen: Utility['realWhen'];
  readonly zone: string;
  readonly vendors: () => Promise<Result<readonly VendorRow[], Failure>>;
  /** The vendor's id, by itself or by its name. */
  readonly vendorIdOf: (idOrName: string) => Promise<Result<string, Failure>>;
  /** Throws when there is no such file. */
  readonly readFile: (path: string) => string;
};

/** One command of the group. */
export type VendorCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly forms?: CommandLine['forms'] & {};
  readonly required: readonly string[];
  /** The arguments, in words: "VENDOR". */
  readonly positionals: readonly string[];
  readonly run: (desk: Desk, options: Options) => Promise<CommandResult>;
};

export async function loadDesk(
  client: HttpClient,
  { readFile }: Pick<CommandContext, 'readFile'>,
): Promise<Result<Desk, Failure>> {
  const utility = await utilityOf(client);
  if (!utility.ok) return utility;
  const vendors: Desk['vendors'] = () => allRows(client, vendorApi.list);
  return ok({
    ...utility.value,
    client,
    readFile,
    vendors,
    vendorIdOf: async (idOrName) => {
      const all = await vendors();
      if (!all.ok) return all;
      const found = all.value.find(
        (vendor) => vendor.vendorId === idOrName || vendor.name === idOrName,
      );
      if (found !== undefined) return ok(found.vendorId);
      const advice = 'prewatt vendor list';
      return failure('unknownVendor', `there is no vendor "${idOrName}"`, advice);
    },
  });
}

export const failure = (
  code: string,
  message: string,
  advice?: string,
): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error: { exitCode: 1, code, message, ...(advice === undefined ? {} : { advice }) },
});

/** What is posted about one vendor and answered with it. */
type VendorAct = 'block' | 'unblock';

/** Posts about one vendor and prints the vendor as it is then. */
export async function postAndShow(
  desk: Desk,
  o: { readonly idOrName: string; readonly act: VendorAct; readonly body: object },
): Promise<CommandResult> {
  const id = await desk.vendorIdOf(o.idOrName);
  if (!id.ok) return id;
  const vendor = await desk.client.call(vendorApi[o.act], { id: id.value, body: o.body });
  if (!vendor.ok) return vendor;
  return { ok: true, value: { lines: linesOfVendor(desk, vendor.value), json: vendor.value } };
}

export function linesOfVendor(desk: Desk, vendor: VendorRow): string[] {
  const percent = `${vendor.commissionBasisPoints / 100} %`;
  const limit =
    vendor.floatLimitMinor === '0'
      ? 'may not go below zero'
      : `may go ${desk.money(vendor.floatLimitMinor)} below zero`;
  return [
    `${vendor.name} (${vendor.vendorId})`,
    `  ${vendor.blockedReason === null ? 'may sell' : `blocked: ${vendor.blockedReason}`}`,
    `  float ${desk.money(vendor.floatMinor)}, ${limit}`,
    `  commission ${percent}`,
    `  each hour ${vendor.tokensPerHour} tokens, ${BigInt(vendor.energyPerHourWh) / 1_000n} kWh`,
  ];
}
