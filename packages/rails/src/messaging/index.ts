// Message gateways: what they report, what customers write, and who may say so.

export * from './africas-talking.ts';
export {
  type Catalogue,
  type CatalogueText,
  checkCatalogue,
  readCatalogue,
  type TextLength,
} from './catalogue.ts';
export type { DeliveryOutcome, DeliveryReason, DeliveryReport } from './delivery.ts';
export {
  type GatewayAnswer,
  type GatewayRules,
  kannelReport,
  readGatewayAnswer,
  readGatewayReport,
} from './http-gateway.ts';
export {
  type Command,
  type InboundSms,
  inboundSms,
  languageOfCommand,
  readCommand,
} from './inbound.ts';
export { type MoneySmsTemplate, mozambiqueTemplates, readMoneySms } from './money-sms.ts';
export {
  bodySha256,
  readTwilioInbound,
  readTwilioReport,
  type TwilioRequest,
  verifyTwilio,
} from './twilio.ts';
export {
  readWhatsapp,
  readWhatsappSent,
  verifyWhatsapp,
  type WhatsappSent,
  whatsappChallenge,
} from './whatsapp.ts';
