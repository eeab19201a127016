import path from 'node:path';

const here = import.meta.dirname;

/** The folder `data/` of the checkout or the image: demo catalogue, phrases, knowledge, photos. */
export const DATA_FOLDER = path.resolve(
  here,
  here.includes(`${path.sep}dist${path.sep}`) ? '../../../..' : '../../..',
  'data',
);
