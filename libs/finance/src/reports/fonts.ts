import path from 'node:path';

/** Family name of the shipped fonts (Roboto, SIL Open Font License 1.1, see assets/fonts/OFL.txt): Cyrillic, ₽ and ². */
export const FONT_FAMILY = 'Roboto';

const FOLDER = path.join(import.meta.dirname, '..', 'assets', 'fonts');

export const FONT_FILES = {
  regular: path.join(FOLDER, 'Roboto-Regular.ttf'),
  medium: path.join(FOLDER, 'Roboto-Medium.ttf'),
} as const;
