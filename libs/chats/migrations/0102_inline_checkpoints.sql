-- A checkpoint of 2 to 8 kB would be compressed at every commit and inflated at every claim; it is removed after a few
-- turns, so it is kept in its row as it is.
alter table checkpoints set (toast_tuple_target = 8160);
alter table checkpoints alter column checkpoint set storage external;
