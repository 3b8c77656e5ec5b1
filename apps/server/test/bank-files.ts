// Files of a bank as its customers get them, for tests: camt.053 and the body that brings one.

export type Paid = { readonly id: string; readonly text: string; readonly amount?: string };
export const camt = (
  entries: readonly Paid[],
  o: { closing?: string; back?: string } = {},
): string => {
  const sum = entries.reduce((all, { amount = '50.00' }) => all + Number(amount), 100);
  const one = (id: string, text: string, amount: string, more: string) =>
    `<Ntry><NtryRef>${id}</NtryRef><Amt Ccy="ZAR">${amount}</Amt>${more}<Sts>BOOK</Sts>
     <BookgDt><Dt>2026-11-24</Dt></BookgDt><AcctSvcrRef>${id}</AcctSvcrRef><NtryDtls><TxDtls>
     <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>JANE</Nm></Dbtr></RltdPties>
     <RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;
  const balance = (
    code: string,
    amount: string,
  ) => `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>
    <Amt Ccy="ZAR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>`;
  const credit = '<CdtDbtInd>CRDT</CdtDbtInd>';
  const back = '<CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd>';
  const closing = o.closing ?? (sum - Number(o.back ?? 0)).toFixed(2);
  return `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
    <BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><Acct><Id><IBAN>ZA1</IBAN></Id>
    <Ccy>ZAR</Ccy></Acct>${balance('OPBD', '100.00')}${balance('CLBD', closing)}
    ${entries.map(({ id, text, amount = '50.00' }) => one(id, text, amount, credit)).join('')}
    ${o.back === undefined ? '' : one('BACK', 'returned', o.back, back)}
    </Stmt></BkToCstmrStmt></Document>`;
};
export const fileOf = (text: string, name = 'statement.xml') => ({
  ...{ name, source: 'bank' },
  contentBase64: Buffer.from(text).toString('base64'),
});
