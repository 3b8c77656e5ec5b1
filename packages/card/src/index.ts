// Smart cards: what is on them, who proved it, and how a reader reads and writes them.

export type { Answer, Command, Transmit } from './apdu.ts';
export {
  type CpuCardFault,
  type CpuCardSession,
  type CpuCardSide,
  openCpuCard,
  openCpuCardBy,
  proveCard,
  readCpuHeader,
} from './cpu-card.ts';
export {
  type CardHeader,
  type CardKind,
  cardKinds,
  type HeaderError,
  imageBytes,
  isCardNumber,
  newCard,
  readHeader,
  withCheckDigit,
} from './header.ts';
export { type CardKey, cardPurpose, cpuKeyOf, pscOf } from './keys.ts';
export {
  type CardFault,
  issueMemoryCard,
  readMemoryCard,
  writeMemoryCard,
} from './memory-card.ts';
export {
  maximumTokens,
  type Purchase,
  type PurchaseError,
  readPurchase,
  writePurchase,
} from './purchase.ts';
export {
  type CardOutcome,
  type CollectedReport,
  cardOutcomes,
  collectedPlaces,
  collectedReports,
  collectReport,
  type MeterReport,
  type ReportError,
  type ReportFlag,
  readReport,
  reportFlags,
  writeReport,
} from './report.ts';
export type { Challenges, SessionKeys } from './secure-channel.ts';
export { createVirtualCpuCard, type VirtualCpuCard } from './virtual-cpu-card.ts';
export { createVirtualMemoryCard, type VirtualMemoryCard } from './virtual-memory-card.ts';
