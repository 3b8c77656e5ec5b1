// Messages to customers in Indonesian.

import type { MessageTexts } from './texts.ts';

export const id: MessageTexts = {
  'sale.debts':
    '{utility}: {paid} dibayar untuk {home}, untuk utang ({what}). Tidak ada listrik yang dibeli.',
  'sale.paid': '{utility}: {paid} dibayar untuk {home}.',
  'sale.balance': 'Saldo sekarang {left}.',
  'sale.usedUp': 'Saldo habis.',
  'sale.owes': 'Masih ada utang {owed}.',
  'sale.staysOff': 'Listrik tetap mati. Isi paling sedikit {least} agar menyala lagi.',
  'sale.mayGoOff': 'Listrik bisa mati. Isi paling sedikit {least} agar tetap menyala.',
  'sale.hourCosts': 'Satu jam dengan daya {power} menghabiskan {sum}.',
  'sale.gets': '{utility}: {paid} dibayar, Anda mendapat {credit} untuk {home}.',
  'sale.getsLess':
    '{utility}: {paid} dibayar, Anda mendapat {credit} untuk {home}: token berisi {whole}, dan meter mengambil {taken} untuk pemakaian tanpa kredit.',
  'sale.carried':
    '{utility}: meter {home} menghitung kreditnya lagi. Saldo Anda {paid} menjadi {credit}.',
  'sale.ofCredit': 'kredit {money}',
  'sale.typeOne': 'Token {token}. Ketik di meter Anda.',
  'sale.typeAll': 'Token {tokens}. Ketik di meter Anda dengan urutan ini.',
  'sale.typeAllLift':
    'Token {tokens}. Ketik di meter Anda dengan urutan ini; token ini juga mencabut batas daya.',
  'sale.sentOne': 'Token {token}. Kami kirim ke meter Anda; bila tidak sampai, ketiklah.',
  'sale.sentAll':
    'Token {tokens}. Kami kirim ke meter Anda; bila tidak sampai, ketik dengan urutan ini.',
  'grant.free': '{utility}: {credit} gratis untuk {home}.',
  'grant.freeMoney': '{utility}: {credit} gratis, {money} di meter Anda untuk {home}.',
  'grant.carried': '{utility}: {credit} dipindahkan ke meter Anda untuk {home}.',
  'grant.wallet': '{utility}: {credit} gratis untuk {home}, {money} di saldo Anda.',
  'payer.bought':
    '{utility}: {amount} diterima untuk meter yang berakhir {meterEnd} ({reference}). Hasil pembelian ada di rumah itu.',
  'payer.late':
    '{utility}: {amount} diterima untuk meter yang berakhir {meterEnd} ({reference}). Pembelian terlambat; perusahaan melihatnya dan membereskannya.',
  'payer.takenBack':
    '{utility}: {amount} diterima untuk meter yang berakhir {meterEnd} ({reference}). Pembelian dibatalkan; tanyakan uangnya kepada perusahaan.',
  'notice.tokenIssued': 'Token Anda sudah ada. Masuk untuk melihatnya.',
  'notice.walletCredited': 'Pembayaran sudah masuk.',
  'notice.saleReversed': 'Satu pembelian dibatalkan.',
  'notice.powerLimit': 'Ada kabar tentang daya yang boleh Anda pakai.',
  'notice.creditLow': 'Kredit Anda sedikit.',
  'notice.creditVeryLow': 'Kredit Anda sangat sedikit.',
  'notice.supplyOff': 'Listrik Anda mati.',
  'notice.protectedSupply': 'Kredit Anda habis. Listrik tetap menyala untuk sekarang.',
  'notice.emergencyCredit': 'Listrik Anda memakai kredit darurat.',
  'notice.supplyRestored': 'Listrik Anda menyala lagi.',
  'notice.endsInTwoDays': 'Kredit Anda habis sekitar dua hari lagi.',
  'notice.endsInHalfDay': 'Kredit Anda habis sekitar setengah hari lagi.',
  'notice.endsAtPresentUse': 'Dengan pemakaian sekarang kredit Anda segera habis.',
  'notice.weeklyDigest': 'Ringkasan listrik minggu Anda sudah ada.',
  'notice.paymentModeChanges': 'Cara Anda membayar akan berubah.',
  'notice.walletBegins': 'Sekarang Anda membayar dari saldo.',
  'notice.supplyHeld': 'Ada kabar tentang listrik Anda.',
  'notice.supplyReleased': 'Ada kabar tentang listrik Anda.',
  'notice.protectionEnds': 'Perlindungan rumah Anda akan berakhir.',
  'notice.lendingEnds': 'Ada kabar tentang utang Anda.',
  'notice.limitReached': 'Ada kabar tentang utang Anda.',
  'notice.topUp': 'Ada kabar tentang isi ulang otomatis Anda.',
  'notice.customerChanged': 'Ada kabar tentang rumah Anda.',
  'notice.payerReceipt': 'Pembayaran Anda untuk rumah lain sudah masuk.',
  'notice.answer': 'Kantor sudah menjawab.',
  'mail.tokenHere': 'Token Anda sudah ada.',
  'mail.codeSubject': 'Kode Anda',
  'mail.code':
    '{code} adalah kode Anda. Ketik dalam 15 menit di halaman tempat Anda memberi alamat ini.\n\nBila Anda tidak memintanya, jangan lakukan apa-apa: tidak ada surel lagi.',
  'mail.choices': 'Yang Anda terima lewat surel: {url}',
};
