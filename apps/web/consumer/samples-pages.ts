// Every page in every state, by name, for tests of all of them.

import type { Frame } from '@prewatt/api';
import {
  renderBuy,
  renderHome,
  renderMessages,
  renderMeter,
  renderPowerLimit,
  renderPrices,
  renderPurchases,
  renderQuote,
  renderSale,
  renderSaleFragment,
  renderStatement,
  renderTopUp,
  renderTrial,
} from './index.ts';
import * as samples from './samples.ts';
import { friendPagesOf } from './samples-friend.ts';
import { mailStates } from './samples-mail.ts';
import { openPagesOf } from './samples-open.ts';
import { reportPages } from './samples-report.ts';
import { topUps } from './samples-top-up.ts';
import { pagesOfUse } from './samples-use.ts';
import { shortStates, walletHome, walletStates } from './samples-wallet.ts';

const { frame, home, buy, quote, sales, saleStates, liveStates, flat, nowMs } = samples;
const purchases = { connection: flat, isWallet: false, sales, nextCursor: 'a&b' };

/** Every page in every state, by name. `change` rewrites the views before they are drawn. */
export function allPages(
  change: <T>(view: T) => T = (view) => view,
  language = 'en',
): Map<string, string> {
  const f = change<Frame>({ ...frame, language });
  const problem = 'Please mend this.';
  const pages = new Map<string, string>([
    ...openPagesOf(f, change),
    ['home', renderHome(f, change(home))],
    ['home limited', renderHome(f, change({ ...home, powerLimit: samples.powerLimit }))],
    ['home new', renderHome(f, change(samples.newHome))],
    ['home wallet', renderHome(f, change(walletHome))],
    ['home wallet new', renderHome(f, change({ ...walletHome, charged: [], lastSales: [] }))],
    ['buy wallet', renderBuy(f, change({ ...buy, walletMinor: '-4210' }))],
    ['quote wallet', renderQuote(f, change({ ...quote, isWallet: true }))],
    ['home demonstration', renderHome({ ...f, clockSpeed: 60, helpPhone: null }, change(home))],
    ['buy', renderBuy(f, change(buy))],
    ['buy refused', renderBuy(f, change({ ...buy, suggestedAmountsMinor: [], problem }))],
    ['quote', renderQuote(f, change(quote))],
    ['quote refused', renderQuote(f, change({ ...quote, problem }))],
    ['quote expired', renderQuote(f, change({ ...quote, expiresAtMs: nowMs }))],
    ['purchases', renderPurchases(f, change(purchases))],
    ['no purchases', renderPurchases(f, change({ ...purchases, sales: [], nextCursor: null }))],
    ['paid in', renderPurchases(f, change({ ...purchases, isWallet: true }))],
    ...reportPages(f, change),
    ['statement', renderStatement(f, change(samples.statement))],
    ['statement of a new customer', renderStatement(f, change(samples.emptyStatement))],
    ['prices', renderPrices(f, change(samples.prices))],
    [
      'no prices',
      renderPrices(f, change({ ...samples.prices, since: null, sections: [], coming: null })),
    ],
    ['meter', renderMeter(f, change(samples.meter))],
    ['meter unheard', renderMeter(f, change({ ...samples.meter, saidAtMs: null }))],
    ['limit', renderPowerLimit(f, change({ connection: flat, limit: samples.powerLimit }))],
    ['no limit', renderPowerLimit(f, change({ connection: flat, limit: null }))],
    ['trial', renderTrial(f, change(samples.trial))],
    ['trial refused', renderTrial(f, change({ ...samples.trial, quote: null, problem }))],
    ['messages', renderMessages(f, change(samples.messages))],
    ['messages refused', renderMessages(f, change({ ...samples.messages, phone: null, problem }))],
    ['messages kept', renderMessages(f, change({ ...samples.messages, isSaved: true }))],
    ...friendPagesOf(f, change),
    ...pagesOfUse(f, change),
  ]);
  for (const [name, view] of Object.entries(topUps)) pages.set(name, renderTopUp(f, change(view)));
  for (const [name, live] of Object.entries(liveStates)) {
    pages.set(`home ${name}`, renderHome(f, change({ ...home, live })));
  }
  for (const [name, live] of Object.entries(walletStates)) {
    pages.set(`home wallet ${name}`, renderHome(f, change({ ...walletHome, live })));
  }
  for (const [name, view] of Object.entries(saleStates)) {
    pages.set(`sale ${name}`, renderSale(f, change(view)));
    pages.set(`fragment ${name}`, renderSaleFragment(f, change(view)));
  }
  for (const [name, view] of Object.entries(shortStates)) {
    pages.set(`sale short ${name}`, renderSale(f, change(view)));
  }
  pages.set(
    'messages of money',
    renderMessages(f, change({ ...samples.messages, isWallet: true })),
  );
  for (const [name, mail] of Object.entries(mailStates)) {
    pages.set(`mail ${name}`, renderMessages(f, change({ ...samples.messages, mail })));
  }
  return pages;
}
