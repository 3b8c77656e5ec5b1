// The public face of the message gateways.

export { createGateways, type GatewayConfig, gatewayConfigs } from './configured.ts';
export {
  accepted,
  type CallbackDoor,
  type CallbackRefusal,
  callbackDoors,
  type Ear,
  type Handed,
  type Heard,
  later,
  type MessageGateway,
  oneWayGateway,
  type RawCallback,
  refused,
  sendByFirst,
  type TextMessage,
  unknown,
} from './contract.ts';
export { createSandboxGateway } from './sandbox/index.ts';
