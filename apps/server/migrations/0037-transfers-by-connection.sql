-- A transfer has one index by its connection and sale in place of three by debit, credit and sale:
-- five rows of a sale made fifteen entries on pages far apart, now they make five side by side. Who
-- asks for a sale's transfers or a customer's balance knows the connection; the other accounts of a
-- bucket are only ever summed whole.
CREATE INDEX transfers_by_connection ON prewatt.transfers (bucket, connection_id, sale_id);
DROP INDEX prewatt.transfers_by_debit;
DROP INDEX prewatt.transfers_by_credit;
DROP INDEX prewatt.transfers_by_sale;

-- Each sale writes its connection and its meter anew. With room on the page the new version stays
-- there, and no index hears of it. Holds for pages that are written from now on.
ALTER TABLE prewatt.connections SET (fillfactor = 85);
ALTER TABLE prewatt.meters SET (fillfactor = 85);
