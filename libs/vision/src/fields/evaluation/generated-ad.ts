/** What an ad states, as its generator knows it. */
export interface StatedFields {
  areaSqm?: number;
  price?: { rub: number; per: 'total' | 'sqm'; period: 'once' | 'month' | 'year' };
  deal?: 'rent' | 'sale';
  premises?: 'office' | 'retail' | 'warehouse';
  address?: string;
  station?: string;
  floor?: number;
  /** E.164. */
  phone?: string;
}

/** An ad by a generator: its lines in reading order and what has to be read from them, and nothing else. */
export interface GeneratedAd {
  lines: string[];
  stated: StatedFields;
}
