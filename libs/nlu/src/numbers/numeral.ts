/** A number found in the token stream, before its context (unit, range, address) is known. */
export interface Numeral {
  value: number;
  /** The value without its multiplier: 5 in «5 млн». */
  base: number;
  /** 1000 and above when the numeral ends in a multiplier, else 1. */
  multiplier: number;
  /** First token and the one after the last. */
  from: number;
  to: number;
  /** UTF-16 offsets of the number with its multiplier. */
  start: number;
  end: number;
  ordinal: boolean;
  /** Written in words, at least its last part. */
  spelled: boolean;
  /** The multiplier is slang or an abbreviation for roubles: «лям», «т.р.». */
  money: boolean;
  /** «метров сто», «пару тысяч», «сто с лишним». */
  approximate: boolean;
  /** Says «at least»: «100+», «сто с лишним». */
  atLeast: boolean;
  /** Says «at most» inside itself: «лямов до 40». */
  atMost: boolean;
  /** «2/3», «половина»: a share of something. */
  fraction: boolean;
}
