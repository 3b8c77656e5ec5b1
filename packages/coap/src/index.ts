// The public face: one message and its bytes, options by name, and an endpoint that sends, repeats,
// answers and observes.

export { type CoapEndpoint, coapCodes, createCoapEndpoint } from './endpoint.ts';
export {
  type CoapMessage,
  type CoapOption,
  code,
  codeText,
  decodeMessage,
  encodeMessage,
  isRequest,
  isResponse,
  isSuccess,
  type MessageFault,
  type MessageType,
  mostBytes,
} from './message.ts';
export {
  type Block,
  blockBytes,
  blockIn,
  blockOption,
  type OptionName,
  optionNumbers,
  textOption,
  textOptions,
  textsIn,
  uintIn,
  uintOption,
} from './options.ts';
export {
  type CoapEvent,
  type CoapLimits,
  type CoapOptions,
  type CoapOutput,
  type CoapRequest,
  type CoapResponse,
  type Datagram,
  type IncomingRequest,
  type Method,
  type Peer,
  type PeerFault,
  type RequestFault,
  usualLimits,
} from './types.ts';
