// The consumer pages as pure functions: a view in, a complete HTML document out. The server owns
// routes and data.

export { type Asset, consumerAssets } from './assets/assets.ts';
export { iconPath, iconShape, iconSizes } from './assets/icon.ts';
export { workerSource } from './assets/worker.ts';
export { money, usedTodayText } from './formatters.ts';
export { renderManifest } from './manifest.ts';
export { renderApiReference } from './pages/api-reference.ts';
export { renderBuy } from './pages/buy.ts';
export { renderError } from './pages/error.ts';
export { renderFriend, renderFriendHome, renderFriendPaid } from './pages/friend.ts';
export { renderHome } from './pages/home.ts';
export { renderMessages } from './pages/messages.ts';
export { renderMeter } from './pages/meter.ts';
export { renderPowerLimit } from './pages/power-limit.ts';
export { renderPrices } from './pages/prices.ts';
export { renderPurchases } from './pages/purchases.ts';
export { hourCosts, renderQuote } from './pages/quote.ts';
export { renderNoReceipt, renderReceiptCheck } from './pages/receipt-check.ts';
export { renderReport } from './pages/report.ts';
export { hasReceipt, renderSale, renderSaleFragment } from './pages/sale.ts';
export { renderCode, renderSignIn } from './pages/sign-in.ts';
export { renderStatement } from './pages/statement.ts';
export { renderTillBatches } from './pages/till-batches.ts';
export { renderTillDebt } from './pages/till-debts.ts';
export { renderTillEnrol, renderTillPin, renderTillSignIn } from './pages/till-door.ts';
export { renderTillFloat, renderTillFloatPayment, renderTillPayer } from './pages/till-float.ts';
export { renderTillSale } from './pages/till-receipt.ts';
export { renderTillOffer, renderTillSales, renderTillSell } from './pages/till-sell.ts';
export { renderTillShift, renderTillShiftReport } from './pages/till-shift.ts';
export { renderTopUp } from './pages/top-up.ts';
export { renderTrial } from './pages/trial.ts';
export { renderUse } from './pages/use.ts';
export { isIntoBalance } from './sale-labels.ts';
export { leftOf, takenOf } from './taken.ts';
export {
  acceptedLanguage,
  isLanguage,
  type LanguageCode,
  printedLanguage,
} from './text/languages.ts';
export { creditText, type Speech, type Voice, voiceOf } from './text/voice.ts';
