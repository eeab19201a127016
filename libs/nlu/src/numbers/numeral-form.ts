/** How a numeral word takes part in a spelled-out number. */
export type NumeralKind =
  /** 0. */
  | 'zero'
  /** 1…9. */
  | 'unit'
  /** 10…19. */
  | 'teen'
  /** 20…90. */
  | 'tens'
  /** 100…900. */
  | 'hundreds'
  /** 1.5, 150, 500 000: «полтора», «полтораста», «полмиллиона». */
  | 'half'
  /** 10, 12, 100 as nouns: «десяток», «дюжина», «сотня». */
  | 'group'
  /** 1000 and above. */
  | 'scale'
  /** «целых»: the comma of a spelled decimal. */
  | 'whole'
  /** «треть», «четверть», «половина». */
  | 'part';

/** Whether a multiplier without a number before it states one: «миллион» does, «тысячи» only after «до», «миллионов» never. */
export type BareUse = 'always' | 'after-preposition' | 'never';

/** One inflected numeral word of the closed table. */
export interface NumeralForm {
  readonly value: number;
  readonly kind: NumeralKind;
  readonly ordinal: boolean;
  /** A genitive multiplier, which may stand before its number: «миллиона полтора», «тысяч сто». */
  readonly inverts: boolean;
  readonly bare: BareUse;
  /** A plural or feminine ordinal, which names a denominator: «две пятых», «одна пятая». */
  readonly denominator: 'plural' | 'singular' | undefined;
  /** An abbreviation or slang that is only ever said of money: «т.р.», «лям». */
  readonly money: boolean;
}
