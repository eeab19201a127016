/** Reference point of the local plane: the Kremlin. */
export const CITY_CENTRE = { lat: 55.7522, lon: 37.6156 } as const;

/** Metres in a degree of latitude and of longitude at the centre's latitude (WGS-84, rounded to a metre). */
export const METRES_PER_DEGREE_LAT = 111_334;
export const METRES_PER_DEGREE_LON = 62_788;

export interface Point {
  lat: number;
  lon: number;
}

/**
 * Straight-line distance in metres on the local plane (equirectangular about the centre). Within 60 km of the centre it
 * differs from the geodesic by under 1 %, which is below the accuracy of the coordinates' use here.
 */
export function distanceMeters(a: Point, b: Point): number {
  const dx = (a.lon - b.lon) * METRES_PER_DEGREE_LON;
  const dy = (a.lat - b.lat) * METRES_PER_DEGREE_LAT;
  return Math.sqrt(dx * dx + dy * dy);
}
