-- The phone of somebody who was asked for money and did not pay is forgotten after a while.
SET LOCAL search_path = prewatt;

GRANT UPDATE (payer_phone) ON payments TO prewatt_app;
