-- The ledger of mails, and the calendar of expected deliveries.
select 1;
