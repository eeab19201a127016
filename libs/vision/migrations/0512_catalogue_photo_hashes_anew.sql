-- The quick look is taken at another size (440 px): hashes of the size before differ in a few bits. They are made anew in the
-- background.
delete from catalogue_photo_hashes where problem is null;
