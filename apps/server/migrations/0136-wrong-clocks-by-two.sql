-- That a clock was wrong takes two people.

SET LOCAL search_path = prewatt;

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorTerms', 'tillKey',
  'openingBalances', 'refundPayment', 'moveMoney', 'refundMoney', 'wrongClock'));
