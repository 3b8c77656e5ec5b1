// XMLVend 2.1 (NRS 009-6-10): messages read on both sides, answers classified for a client,
// requests decided for a server, answers written.

export {
  type Customer,
  readXmlvendAnswer,
  type SentRequest,
  type XmlVend,
} from './client.ts';
export { readFault, reasonOf, type XmlvendFault } from './faults.ts';
export { type MessageId, readEnvelope } from './message.ts';
export type { Charge, VendReceipt } from './receipt.ts';
export { readXmlvendRequest, type XmlvendOperation, type XmlvendRequest } from './request.ts';
export { type SaleEvent, type SaleState, startSale, stepSale } from './sale.ts';
export {
  type ClientMessage,
  type Decided,
  decideRequest,
  decideXmlvend,
  type EarlierRequest,
  type ServerAnswer,
  type ServerContext,
  type ServerFault,
} from './server.ts';
