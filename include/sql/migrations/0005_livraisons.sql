-- The versioned tables of the deliveries of every operator.
select 1;
