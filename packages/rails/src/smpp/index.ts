// SMPP 3.4 as bytes and texts: PDUs in and out, parts, receipts, states, alphabets. The session
// (window, throttle, reconnect) belongs to the gateway.

export {
  asciiAgain,
  decodeMessage,
  fittedToGsm,
  gsmOctets,
  type Segmentation,
  segmentText,
} from './gsm.ts';
export { type Gathered, gatherParts, type PartsState } from './parts.ts';
export {
  type DeliverSm,
  type Part,
  type Pdu,
  type PduRefusal,
  readDeliverSm,
  readPdu,
} from './pdu.ts';
export {
  isSameMessageId,
  messageIdKeys,
  type Receipt,
  type ReceiptInput,
  readReceipt,
} from './receipts.ts';
export { type ShortMessage, splitText } from './split.ts';
export { actionOnStatus, type SubmitAction } from './status.ts';
export {
  createPduFramer,
  type Framed,
  readSubmitSm,
  type SmppAddress,
  type SubmitSm,
  smpp,
  textBody,
  writeBind,
  writeDeliverSm,
  writePdu,
  writeSubmitSm,
} from './write.ts';
