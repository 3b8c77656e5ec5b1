// What a meter says unasked (DataNotification, EventNotification), the acknowledgement, and the
// exception response (IEC 62056-5-3, 9.3.10 to 9.3.12).

import { putData, takeData } from './a-xdr.ts';
import {
  fail,
  putOctets,
  putU8,
  putU32,
  type Reader,
  takeOctets,
  takeU8,
  takeU32,
  type Writer,
} from './bytes.ts';
import type { Data } from './data.ts';
import { takeFlag } from './initiate.ts';
import { type AttributeDescriptor, putAttribute, takeAttribute } from './services.ts';

export type DataNotification = {
  readonly kind: 'dataNotification';
  /** Long invoke id and priority: bits 0 to 23 the id, 30 confirmed, 31 high priority. */
  readonly longInvoke: number;
  /** 12 bytes, or none. */
  readonly dateTime: Uint8Array;
  readonly body: Data;
};

/** The acknowledgement of a DataNotification that asks for one. */
export type DataNotificationConfirm = {
  readonly kind: 'dataNotificationConfirm';
  readonly longInvoke: number;
  readonly dateTime: Uint8Array;
};

export type EventNotification = {
  readonly kind: 'eventNotification';
  readonly time: Uint8Array | null;
  readonly attribute: AttributeDescriptor;
  readonly value: Data;
};

export type ExceptionResponse = {
  readonly kind: 'exceptionResponse';
  /** 1 service not allowed, 2 service unknown. */
  readonly stateError: number;
  /** 1 not possible, 2 not supported, 3 other, 4 too long, 5 deciphering, 6 invocation counter. */
  readonly serviceError: number;
  /** With service error 6: the counter that is expected next. */
  readonly invocationCounter: number | null;
};

export const stateErrors = { serviceNotAllowed: 1, serviceUnknown: 2 } as const;
export const serviceErrors = {
  operationNotPossible: 1,
  serviceNotSupported: 2,
  otherReason: 3,
  pduTooLong: 4,
  decipheringError: 5,
  invocationCounterError: 6,
} as const;

export const longInvokeConfirmed = 0x4000_0000;
export const notificationTags = {
  dataNotification: 0x0f,
  dataNotificationConfirm: 0x10,
  eventNotification: 0xc2,
  exceptionResponse: 0xd8,
} as const;

type Notification =
  | DataNotification
  | DataNotificationConfirm
  | EventNotification
  | ExceptionResponse;

export function putNotification(writer: Writer, said: Notification): void {
  putU8(writer, notificationTags[said.kind]);
  switch (said.kind) {
    case 'dataNotification':
      putU32(writer, said.longInvoke);
      putOctets(writer, said.dateTime);
      putData(writer, said.body);
      return;
    case 'dataNotificationConfirm':
      putU32(writer, said.longInvoke);
      putOctets(writer, said.dateTime);
      return;
    case 'eventNotification':
      putU8(writer, said.time === null ? 0 : 1);
      if (said.time !== null) putOctets(writer, said.time);
      putAttribute(writer, said.attribute);
      putData(writer, said.value);
      return;
    default:
      putU8(writer, said.stateError);
      putU8(writer, said.serviceError);
      if (said.invocationCounter !== null) putU32(writer, said.invocationCounter);
  }
}

export const takeDataNotification = (reader: Reader): DataNotification => ({
  kind: 'dataNotification',
  longInvoke: takeU32(reader),
  dateTime: takeMoment(reader),
  body: takeData(reader),
});

export const takeDataNotificationConfirm = (reader: Reader): DataNotificationConfirm => ({
  kind: 'dataNotificationConfirm',
  longInvoke: takeU32(reader),
  dateTime: takeMoment(reader),
});

function takeMoment(reader: Reader): Uint8Array {
  // Some meters put the tag of an octet string before the length: 09 0C, where no length is 9.
  if (reader.bytes[reader.at] === 0x09 && reader.bytes[reader.at + 1] === 12) takeU8(reader);
  const moment = takeOctets(reader);
  if (moment.length !== 0 && moment.length !== 12) fail(reader, 'value');
  return moment;
}

export const takeEventNotification = (reader: Reader): EventNotification => ({
  kind: 'eventNotification',
  time: takeFlag(reader) ? takeOctets(reader) : null,
  attribute: takeAttribute(reader),
  value: takeData(reader),
});

export function takeExceptionResponse(reader: Reader): ExceptionResponse {
  const stateError = takeU8(reader);
  const serviceError = takeU8(reader);
  const hasCounter = serviceError === serviceErrors.invocationCounterError;
  // Older servers leave the counter out.
  const invocationCounter = hasCounter && reader.at < reader.end ? takeU32(reader) : null;
  return { kind: 'exceptionResponse', stateError, serviceError, invocationCounter };
}
