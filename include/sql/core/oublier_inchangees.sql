-- Takes out of the delivery the rows whose key has a current version: once changed versions are closed, nothing of
-- them is new. What is left is all to be written, without a look at the table that it goes into: an anti-join in the
-- INSERT itself would, while the table is young, scan again and again the rows that the same statement adds.
delete from depot as d
using {cible} as v
where v.valide_a is null and {meme_cle};
