-- The loop of corrections, and the decisions on held deliveries.
select 1;
