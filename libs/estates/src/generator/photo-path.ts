/** The drawn picture of a building as the catalogue names it; the file is `photos/<id>.webp` of the data folder. */
export function photoPath(estateId: string): string {
  return `/assets/photos/${estateId}.webp`;
}
