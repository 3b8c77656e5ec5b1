// Any APDU by its first byte: association, service, notification, or a ciphered one whose inside is
// read after it is opened (cipher.ts).

import type { Result } from '@prewatt/quantities';
import {
  type AssociationRequest,
  type AssociationResponse,
  acseTags,
  decodeAssociationRequest,
  decodeAssociationResponse,
  decodeRelease,
  encodeAssociationRequest,
  encodeAssociationResponse,
  encodeRelease,
  type Release,
} from './acse.ts';
import {
  type ActionRequest,
  type ActionResponse,
  actionTags,
  putActionRequest,
  putActionResponse,
  takeActionRequest,
  takeActionResponse,
} from './action.ts';
import { build, type DecodeFault, fail, finish, type Reader, readerOf, takeU8 } from './bytes.ts';
import { type CipheredApdu, isCipheredTag, putCiphered, takeCiphered } from './ciphered.ts';
import {
  type GetRequest,
  type GetResponse,
  getTags,
  putGetRequest,
  putGetResponse,
  takeGetRequest,
  takeGetResponse,
} from './get.ts';
import {
  type ConfirmedServiceError,
  encodeServiceError,
  initiateTags,
  takeServiceError,
} from './initiate.ts';
import {
  type DataNotification,
  type DataNotificationConfirm,
  type EventNotification,
  type ExceptionResponse,
  notificationTags,
  putNotification,
  takeDataNotification,
  takeDataNotificationConfirm,
  takeEventNotification,
  takeExceptionResponse,
} from './notification.ts';
import {
  putSetRequest,
  putSetResponse,
  type SetRequest,
  type SetResponse,
  setTags,
  takeSetRequest,
  takeSetResponse,
} from './set.ts';

export type ServiceErrorApdu = { readonly kind: 'serviceError' } & ConfirmedServiceError;

export type ServiceRequest = GetRequest | SetRequest | ActionRequest;
export type ServiceResponse = GetResponse | SetResponse | ActionResponse;

/** All that goes in clear, or stands inside a ciphered APDU. */
export type PlainApdu =
  | AssociationRequest
  | AssociationResponse
  | Release
  | ServiceRequest
  | ServiceResponse
  | DataNotification
  | DataNotificationConfirm
  | EventNotification
  | ExceptionResponse
  | ServiceErrorApdu;

export type Apdu = PlainApdu | CipheredApdu;

/** Any bytes: an APDU or the reason why not. */
export function decodeApdu(bytes: Uint8Array): Result<Apdu, DecodeFault> {
  switch (bytes[0]) {
    case acseTags.associationRequest:
      return decodeAssociationRequest(bytes);
    case acseTags.associationResponse:
      return decodeAssociationResponse(bytes);
    case acseTags.releaseRequest:
    case acseTags.releaseResponse:
      return decodeRelease(bytes);
    default: {
      const reader = readerOf(bytes);
      return finish(reader, takeService(reader));
    }
  }
}

function takeService(reader: Reader): Apdu {
  const tag = takeU8(reader);
  switch (tag) {
    case getTags.request:
      return takeGetRequest(reader);
    case getTags.response:
      return takeGetResponse(reader);
    case setTags.request:
      return takeSetRequest(reader);
    case setTags.response:
      return takeSetResponse(reader);
    case actionTags.request:
      return takeActionRequest(reader);
    case actionTags.response:
      return takeActionResponse(reader);
    case notificationTags.dataNotification:
      return takeDataNotification(reader);
    case notificationTags.dataNotificationConfirm:
      return takeDataNotificationConfirm(reader);
    case notificationTags.eventNotification:
      return takeEventNotification(reader);
    case notificationTags.exceptionResponse:
      return takeExceptionResponse(reader);
    default:
      if (isCipheredTag(tag)) return takeCiphered(reader, tag);
      if (tag !== initiateTags.error) fail(reader, 'tag');
      return { kind: 'serviceError', ...takeServiceError(reader) };
  }
}

/** Throws RangeError on values that their fields cannot hold: a bug of whoever made them. */
export function encodeApdu(apdu: Apdu): Uint8Array {
  switch (apdu.kind) {
    case 'associationRequest':
      return encodeAssociationRequest(apdu);
    case 'associationResponse':
      return encodeAssociationResponse(apdu);
    case 'releaseRequest':
    case 'releaseResponse':
      return encodeRelease(apdu);
    case 'serviceError':
      return encodeServiceError(apdu);
    default:
      return build((writer) => putService(writer, apdu));
  }
}

type Written = Exclude<Apdu, AssociationRequest | AssociationResponse | Release | ServiceErrorApdu>;

function putService(writer: Parameters<typeof putGetRequest>[0], apdu: Written): void {
  switch (apdu.kind) {
    case 'getRequest':
    case 'getNext':
    case 'getRequestWithList':
      putGetRequest(writer, apdu);
      return;
    case 'getResponse':
    case 'getResponseWithBlock':
    case 'getResponseWithList':
      putGetResponse(writer, apdu);
      return;
    case 'setRequest':
    case 'setRequestWithFirstBlock':
    case 'setRequestWithBlock':
    case 'setRequestWithList':
    case 'setRequestWithListAndFirstBlock':
      putSetRequest(writer, apdu);
      return;
    case 'setResponse':
    case 'setResponseForBlock':
    case 'setResponseForLastBlock':
    case 'setResponseForLastBlockWithList':
    case 'setResponseWithList':
      putSetResponse(writer, apdu);
      return;
    case 'actionRequest':
    case 'actionNext':
    case 'actionRequestWithList':
    case 'actionRequestWithFirstBlock':
    case 'actionRequestWithListAndFirstBlock':
    case 'actionRequestWithBlock':
      putActionRequest(writer, apdu);
      return;
    case 'actionResponse':
    case 'actionResponseWithBlock':
    case 'actionResponseWithList':
    case 'actionResponseNext':
      putActionResponse(writer, apdu);
      return;
    case 'ciphered':
      putCiphered(writer, apdu);
      return;
    default:
      putNotification(writer, apdu);
  }
}
