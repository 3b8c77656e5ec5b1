// Who a device says that it is, and what it runs. A device that says another number than the meter
// that it is linked as, or another name than the first time, is not believed in anything else.

import type { Data } from '@prewatt/dlms';
import { attributeOf, dataClass } from '@prewatt/dlms/classes';
import type { DriverFault } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import type { DlmsSession } from './session.ts';
import { readAll } from './values.ts';

export type Identity = {
  /** Logical device name and serial number, as the meter says them. */
  readonly name: string;
  /** Null: it does not say. */
  readonly firmware: string | null;
};

const names = {
  logicalDevice: '0.0.42.0.0.255',
  serial: '0.0.96.1.0.255',
  firmware: '1.0.0.2.0.255',
} as const;

export async function identify(
  session: DlmsSession,
  expected: { readonly meterPan: string; readonly name: string | null },
): Promise<Result<Identity, DriverFault>> {
  const read = await readAll(
    session,
    [names.logicalDevice, names.serial, names.firmware].map((each) =>
      attributeOf(dataClass, each, 'value'),
    ),
  );
  if (!read.ok) return read;
  const [device, serial, firmware] = read.value.map((data) => textOf(data ?? null));
  const name = `${device ?? ''}/${serial ?? ''}`.slice(0, 64);
  if (/^\d{18}$/.test(serial ?? '') && serial !== expected.meterPan) return err('otherMeter');
  if (expected.name !== null && expected.name !== name) return err('otherMeter');
  return ok({ name, firmware: firmware ?? null });
}

/** Octets and texts as printable characters; null for anything else, and for nothing. */
export function textOf(data: Data | null): string | null {
  const text =
    data?.type === 'octetString'
      ? new TextDecoder('latin1').decode(data.value)
      : data?.type === 'visibleString' || data?.type === 'utf8String'
        ? data.value
        : '';
  const printable = text.replace(/[^ -~]/g, '').trim();
  return printable === '' ? null : printable.slice(0, 64);
}
