// What writes XMLVend messages, under short names of its own: `@prewatt/rails/xmlvend-written`.

export {
  type AnswerHead,
  device,
  element,
  envelopeOf,
  faultOf,
  headOf,
  money,
  type SoapVersion,
  soapNamespaces,
  type WrittenFault,
  words,
  type XmlOut,
} from './write.ts';
export { type NewRequest, requestOf, requestText } from './write-request.ts';
export {
  confirmationParts,
  keyChangeOf,
  type MeterDetail,
  payAccParts,
  receiptOf,
  type Standing,
  standingOf,
  vendParts,
  type WrittenConfirmation,
  type WrittenIssue,
  type WrittenReceipt,
  type WrittenTx,
} from './write-vend.ts';
