const TEN = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const ELEVEN = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const TWELVE = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

const checkDigit = (digits: string, weights: readonly number[]): number =>
  (weights.reduce((sum, weight, index) => sum + weight * Number(digits.charAt(index)), 0) % 11) % 10;

/** Whether 10 or 12 digits carry the check digits of a taxpayer number (Приказ ФНС ЕД-7-14/559@, appendix 2). */
export const isInn = (digits: string): boolean => {
  if (/^\d{10}$/.test(digits)) return checkDigit(digits, TEN) === Number(digits.charAt(9));
  if (/^\d{12}$/.test(digits)) {
    return (
      checkDigit(digits, ELEVEN) === Number(digits.charAt(10)) &&
      checkDigit(digits, TWELVE) === Number(digits.charAt(11))
    );
  }
  return false;
};
