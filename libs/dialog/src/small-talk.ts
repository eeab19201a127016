const GREETING =
  /^(?:привет(?:ик|ствую)?|здравствуй(?:те)?|добр(?:ый|ое|ого)\s+(?:день|утро|вечер|дня|времени суток)|хай|hello|hi)[\s!.,)]*$/iu;
const THANKS =
  /^(?:(?:большое\s+)?спасибо(?:\s+(?:большое|вам|огромное))?|благодарю(?:\s+вас)?|спс|thanks)[\s!.,)🙏]*$/iu;

/** A greeting and nothing else. */
export function isGreeting(text: string): boolean {
  return GREETING.test(text);
}

/** Thanks and nothing else. */
export function isThanks(text: string): boolean {
  return THANKS.test(text);
}
