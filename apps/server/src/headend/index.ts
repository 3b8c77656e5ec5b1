// The public face of the head-end: commands out, messages in, the broker and the link between them.

export { type Broker, createBroker, headendName } from './broker.ts';
export { type Commands, createCommands, type NewCommand, type Transport } from './commands.ts';
export {
  createIngest,
  type Ingest,
  type IngestDeps,
  type IngestSinks,
  type TokenResult,
} from './ingest.ts';
export { createMqttLink, type MqttLink } from './mqtt-link.ts';
