/**
 * Recognises text that talks to the machine instead of about premises: orders to a model, claimed roles, attempts to set
 * a price. Such text never reaches a model; the rules read it like any other. It is a filter in front of guards, not the
 * guard itself: even a missed one can only yield schema-checked slots whose figures stand in the client's text.
 */
const PATTERNS: RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|previous|above|system)/iu,
  /(?:игнорируй|игнорировать|забудь|отмени|не обращай внимания|пренебреги).{0,40}(?:инструкц|правил|промпт|указани|предыдущ|сказанн|ограничени)/iu,
  /(?:систем(?:ный|ное|ного|ные)|исходн\p{L}+|скрыт\p{L}+)\s+(?:промпт|сообщени|инструкц|запрос)/iu,
  /\b(?:system|developer)\s*(?:prompt|message)\b/iu,
  /(?:^|[\s.,!?;:«"'])(?:ты|вы)\s+(?:теперь|отныне|больше не)\s/iu,
  /\b(?:you are now|act as|pretend to be|jailbreak|dan mode|developer mode)\b/iu,
  /(?:притворись|представь,? что ты|веди себя как|действуй как|отвечай как|сыграй роль|режим разработчика)/iu,
  /<\|?\/?(?:system|assistant|user|im_start|im_end|tool)[^>]*>|\[\/?(?:INST|SYS)\]|^\s*(?:system|assistant|система|ассистент)\s*:/imu,
  /```(?:json|system|tool)|"role"\s*:\s*"(?:system|assistant|tool)"/iu,
  /(?:поставь|установи|сделай|назначь|напиши|скажи,? что|подтверди,? что)\s.{0,30}(?:цен|стоимост|скидк|аренд).{0,30}\d/iu,
  /(?:вызови|запусти|выполни|call|run|execute)\s.{0,20}(?:функци|инструмент|tool|function|sql|код|команд)/iu,
  /\b(?:drop|delete|update|insert|truncate|alter)\s+(?:table|from|into|database)\b/iu,
];

/** Longest prefix looked at; patterns are linear, but a megabyte is still a megabyte. */
const SCAN_LIMIT = 4_000;

export function looksLikeInjection(text: string): boolean {
  const head = text.slice(0, SCAN_LIMIT);
  return PATTERNS.some((pattern) => pattern.test(head));
}
