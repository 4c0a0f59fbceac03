-- Where a commune is at a date.
select 1;
