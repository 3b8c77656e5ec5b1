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
  'alert.credit': 'kredit untuk {home}',
  'alert.money': 'saldo untuk {home}',
  'alert.low': '{credit} sedikit{left}{lasting}.',
  'alert.veryLow': '{credit} sangat sedikit{left}{lasting}.',
  'alert.wasLow': '{credit} sedikit {at}{left}{lasting}.',
  'alert.wasVeryLow': '{credit} sangat sedikit {at}{left}{lasting}.',
  'alert.at': 'pada pukul {time}',
  'alert.left': ': sisa {amount}',
  'alert.leftBeside': ' (sisa {amount})',
  'alert.enough': ', cukup untuk {usual} menurut pemakaian biasa Anda',
  'alert.enoughNow': ', cukup untuk {present} dengan pemakaian sekarang, {usual} menurut biasanya',
  'alert.then': 'Setelah itu listrik tetap menyala {promise}.',
  'alert.until': 'sampai {time}',
  'alert.untilOwed': 'sampai {time}; utang sekitar {owed}',
  'alert.owedUsualAndNow': '{usual} ({present} dengan pemakaian sekarang)',
  'alert.owedNow': '{present} dengan pemakaian sekarang',
  'alert.forNow': 'untuk sekarang',
  'alert.payIn': 'Isi saldo: {url}',
  'alert.buyMore': 'Beli lagi: {url}',
  'alert.buy': 'Beli: {url}',
  'alert.pay': 'Bayar: {url}',
  'alert.typeOne': 'Ketik token Anda {token}.',
  'alert.typeAll': 'Ketik token ini dengan urutan ini: {tokens}.',
  'alert.typeOneOn': 'Ketik token Anda {token} dan listrik menyala lagi.',
  'alert.typeAllOn': 'Ketik token ini dengan urutan ini: {tokens} dan listrik menyala lagi.',
  'alert.isOff': '{credit} habis dan listrik mati.',
  'alert.held': '{credit} habis. Listrik kami matikan, dan membayar tidak menyalakannya.',
  'alert.takeEmergency': 'Anda dapat mengambil kredit darurat {amount} di meter.',
  'alert.anyPurchase': 'Pembelian apa pun menyalakannya lagi: {url}',
  'alert.payToTurnOn': 'Isi paling sedikit {least} agar menyala lagi.',
  'alert.staysWallet':
    '{credit} habis. Listrik tetap menyala {promise}; pemakaian menjadi utang, dan isian Anda dipakai untuk itu dulu.',
  'alert.staysToken':
    '{credit} habis. Listrik tetap menyala {promise}; pemakaian menjadi utang, dan sebagian pembelian Anda melunasinya.',
  'alert.staysEmergency':
    '{credit} habis. Listrik tetap menyala dengan kredit darurat; isian Anda dipakai untuk itu dulu.',
  'alert.onAgain': 'listrik {home} menyala lagi.',
  'alert.onAgainSince': 'listrik {home} menyala lagi, sejak pukul {time}.',
  'alert.endsNow':
    '{credit} cukup untuk {present} dengan pemakaian sekarang{left}; menurut biasanya sampai {usual}. Matikan alat yang banyak memakai listrik.',
  'alert.ends': '{credit} habis {usual} menurut pemakaian biasa Anda{left}.',
  'alert.about': 'sekitar {time}',
  'alert.soon': 'segera',
  'alert.shortWhile': 'sebentar',
  'alert.lessThan': 'kurang dari {span}',
  'alert.underMinute': 'kurang dari semenit',
  'alert.weekUsed': '{amount} dipakai minggu lalu.',
  'alert.weekLeft': 'Sisa {amount}{lasting}.',
  'topUp.why': 'kredit untuk {home} habis {end} menurut pemakaian biasa Anda.',
  'topUp.phoneAsks':
    'Sesuai pilihan Anda, ponsel Anda meminta {amount}: setujui atau tolak di sana.',
  'topUp.payHere': 'Sesuai pilihan Anda, bayar {amount} di sini: {url}',
  'topUp.card':
    'Sesuai pilihan Anda, {amount} diambil dari {card} Anda. Kredit datang setelah terbayar.',
  'topUp.failed':
    '{amount} untuk {home} tidak dapat diambil dari kartu Anda. Tidak dicoba lagi selama sehari.',
  'topUp.change': 'Untuk mengubahnya: {url}',
  'topUp.buyOrChange': 'Untuk membeli atau mengubahnya: {url}',
  'topUp.expected': 'Kredit diperkirakan habis {end}, dalam {days} yang dipilih.',
  'undone.purchase': '{utility}: pembelian Anda sebesar {amount} dibatalkan.',
  'undone.void': 'Tokennya tidak berlaku: jangan diketik.',
  'undone.prepaid': 'Uangnya disimpan untuk pembelian Anda berikutnya.',
  'undone.refund': 'Uangnya dikembalikan kepada Anda.',
  'undone.vendor': 'Toko mengembalikan uang Anda.',
  'undone.connection': 'Uangnya dipindahkan ke meter yang dimaksud.',
  'customer.gone':
    '{utility}: nomor ini tidak lagi melihat dan membeli untuk {home}. Bukan yang Anda inginkan?',
  'customer.now':
    '{utility}: nomor ini mulai sekarang melihat dan membeli untuk {home}. Bukan milik Anda?',
  'customer.call': 'Hubungi {phone}.',
  'limit.lasts':
    '{utility}: menurut pembelian Anda, kredit untuk {home} habis sekitar {end}. Agar cukup sampai sekitar {until}, ketik {token} di meter Anda: meter lalu mengizinkan {power} sekaligus, jadi matikan alat besar. Bila listrik mati, matikan alat itu dan tekan tombol meter. Pembelian berikutnya mencabut batasnya.',
  'limit.lift':
    '{utility}: {home} tidak perlu batas daya lagi. Bila Anda mengetik tokennya, ketik {token} di meter Anda untuk mencabutnya.',
  'ahead.toWallet':
    '{home} beralih ke saldo begitu meternya menjawab. Kredit di meter menjadi uang, dan pembayaran tidak perlu token. Sejak itu pemakaian dipotong dari uang; bila habis listrik mati, kecuali ada aturan yang mempertahankannya.',
  'ahead.toOwingWallet':
    '{home} beralih ke saldo begitu meternya menjawab, dan pembayaran tidak perlu token.',
  'ahead.lentNoPrice':
    '{lent} yang dipinjamkan meter menjadi utang uang, harus dibayar penuh, bukan sebagian dari tiap pembelian. Sampai dibayar, listrik hanya menyala selama ada aturan yang mempertahankannya: {url}',
  'ahead.willOwe':
    'Utang Anda di saldo sekitar {owed}, harus dibayar penuh, bukan sebagian dari tiap pembelian.',
  'ahead.willOweLent':
    '{lent} yang dipinjamkan meter menjadi utang sekitar {owed} di saldo, harus dibayar penuh, bukan sebagian dari tiap pembelian.',
  'ahead.offMarked': 'Listrik tidak diputus; pemakaian menjadi utang. Isi saldo: {url}',
  'ahead.offAtOnce':
    'Listrik mati saat peralihan, sampai Anda mengisi paling sedikit {least}: {url}',
  'ahead.offRule':
    'Listrik mati saat aturan yang mempertahankannya berakhir, kecuali Anda mengisi paling sedikit {least} sekarang, atau lebih bila nanti: {url}',
  'ahead.offEmergency':
    'Listrik mati saat kredit darurat yang mempertahankannya habis, kecuali Anda mengisi paling sedikit {least} sekarang, atau lebih bila nanti: {url}',
  'ahead.offAt':
    'Listrik mati {time}, kecuali Anda mengisi paling sedikit {least} sekarang, atau lebih bila nanti: {url}',
  'ahead.toToken': '{home} beralih dari saldo ke token begitu meternya menjawab.',
  'ahead.toTokenLeft': '{left} Anda datang sebagai token.',
  'ahead.toTokenOwed': 'Utang {owed} dilunasi dengan sebagian dari tiap pembelian.',
  'ahead.toTokenThen':
    'Sejak itu meter menghitung yang Anda beli, dan listrik mati bila habis, kecuali ada aturan yang mempertahankannya.',
  'ahead.noWallet': '{home} tidak beralih ke saldo. Anda membayar seperti semula.',
  'ahead.noTokens': '{home} tidak beralih ke token. Anda membayar seperti semula.',
  'ahead.postpaid':
    'meter {home} akan menghitung pemakaian, tanpa kredit. Sejak itu listrik tidak mati bila kredit habis.',
  'ahead.prepaid':
    'meter {home} menjadi prabayar. Sejak itu listrik mati bila kredit habis, kecuali ada aturan yang mempertahankannya. Beli: {url}',
  'ahead.begins': '{home} punya saldo sejak {time}, berisi {left}{credit}.',
  'ahead.beginsEmpty': '{home} punya saldo sejak {time}, kosong{credit}.',
  'ahead.beginsOwing': '{home} punya saldo sejak {time}, dengan utang {owed}{credit}.',
  'ahead.beginsLent': ', untuk {lent} yang dipinjamkan meter',
  'ahead.beginsLentAt': ', untuk {lent} yang dipinjamkan meter, {price} per kWh',
  'ahead.beginsCredit': ', dengan {energy} yang tersisa di meter, {price} per kWh',
  'ahead.beginsThen':
    'Pemakaian mulai sekarang, dan biaya tetap yang jatuh tempo, dipotong pada laporan meter berikutnya. Bila uang habis listrik mati, kecuali ada aturan yang mempertahankannya. Isi saldo: {url}',
  'ahead.beginsAdded':
    'Pemakaian mulai sekarang, dan biaya tetap yang jatuh tempo, ditambahkan pada laporan meter berikutnya.',
  'ahead.held': 'listrik {home} kami matikan. Membayar tidak menyalakannya.',
  'ahead.heldSafety':
    'listrik {home} dimatikan demi keselamatan, paling lama sampai {time}. Membayar tidak menyalakannya.',
  'ahead.ask': 'Tanya: {help}',
  'ahead.neverOff': 'listrik {home} tidak jadi dimatikan.',
  'ahead.freeButton':
    'listrik {home} tidak lagi kami matikan. Tekan tombol di meter untuk menyalakannya.',
  'ahead.freeItself': 'listrik {home} tidak lagi kami matikan. Menyala sendiri bila ada kredit.',
  'ahead.flagEnds':
    'perlindungan yang menjaga listrik {home} tanpa kredit berakhir {day}. Mulai {next} listrik mati bila kredit habis, seperti di rumah lain.',
  'ahead.flagTell': 'Bila masih perlu, beri tahu kami sebelumnya.',
  'ahead.flagCall': 'Bila masih perlu, hubungi {help} sebelumnya.',
  'ahead.flagEnded':
    'perlindungan yang menjaga listrik {home} tanpa kredit telah berakhir. Mulai sekarang listrik mati bila kredit habis, seperti di rumah lain. Beli tepat waktu: {url}',
  'ahead.heatEnds': 'aturan hari panas berakhir.',
  'ahead.coldEnds': 'aturan hari dingin berakhir.',
  'ahead.offUnlessBefore':
    'Kredit {home} habis: listrik mati {time}, kecuali Anda membayar sebelumnya: {url}',
  'ahead.offUnlessLeastBefore':
    'Kredit {home} habis: listrik mati {time}, kecuali Anda membayar paling sedikit {least} sebelumnya: {url}',
  'ahead.heatGone': '{day} bukan lagi hari panas tanpa pemutusan.',
  'ahead.coldGone': '{day} bukan lagi hari dingin tanpa pemutusan.',
  'ahead.now': 'sekarang',
  'ahead.offUnless': 'Kredit {home} habis: listrik mati {time}, kecuali Anda membayar: {url}',
  'ahead.offUnlessLeast':
    'Kredit {home} habis: listrik mati {time}, kecuali Anda membayar paling sedikit {least}: {url}',
  'ahead.graceAll':
    '{home} berutang {lent}, lebih dari {limit} yang kami pinjamkan setelah beralih ke prabayar. Mulai sekarang listrik mati bila kredit habis, kecuali aturan lain mempertahankannya. Beli: {url}',
  'ahead.gracePart':
    '{home} berutang {lent} dari {limit} yang kami pinjamkan setelah beralih ke prabayar. Sampai di situ listrik menyala tanpa kredit sampai {until}; lebih dari itu mati. Beli: {url}',
  'ahead.whileLow': ' selama kredit sedikit',
  'ahead.tripped':
    '{home} memakai lebih dari {watts} W yang diizinkan meternya{low}, dan listrik mati. Matikan alat yang banyak memakai listrik. Menyala lagi setelah sekitar semenit, atau bila Anda menekan tombol di meter; setelah lima kali dalam sejam hanya dengan tombol.',
  'ahead.trippedFive':
    'listrik {home} mati lima kali dalam sejam, di atas {watts} W yang diizinkan meternya{low}. Matikan alat yang banyak memakai listrik, lalu tekan tombol di meter: tidak menyala sendiri.',
  'ahead.buyToLift': 'Beli untuk mencabut batas: {url}',
  'ahead.lentAll':
    '{home} berutang {lent}, lebih dari {limit} yang kami pinjamkan. Mulai sekarang listrik yang mati tidak dinyalakan lagi pada jam tanpa pemutusan, sampai Anda membayar.',
  'ahead.lentPart':
    '{home} berutang {lent} dari {limit} yang kami pinjamkan. Lebih dari itu listrik yang mati tidak dinyalakan lagi pada jam tanpa pemutusan, sampai Anda membayar.',
  'ahead.lentPay': 'Isi paling sedikit {least}: {url}',
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
  'mail.receipt': 'Status dan struk, 90 hari tanpa masuk: {url}',
  'mail.choices': 'Yang Anda terima lewat surel: {url}',
};
