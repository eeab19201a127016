import { LOOKALIKES } from '#libs/nlu';

/**
 * Recognises text that talks to the machine instead of about premises: orders to a model, claimed roles, attempts to set
 * a price. Such text never reaches a model; the rules read it like any other. It is a filter in front of guards, not the
 * guard itself: even a missed one can only fill slots that were asked for, with figures that stand in the client's text.
 */
const PATTERNS: RegExp[] = [
  // Orders about orders.
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|previous|above|system|polic|filter)/iu,
  /(?:игнорируй|игнорировать|забудь|отмени|не обращай внимания|пренебреги|отбрось|сбрось|обойди|отключи).{0,40}(?:инструкц|правил|промпт|указани|предыдущ|сказан|ограничени|настройк|фильтр|провер|раньше|прежн)/iu,
  /(?:^|[^\p{L}])(?:игнорируй|забудь)(?:те)?\s+(?:про\s+)?(?:вс[её]|то|что)(?:[^\p{L}]|$)/iu,
  /(?:сво[иеёй]|тво[иеёй]|ваши|нов(?:ые|ая|ую|ой)|следующ\p{L}+|первоначальн\p{L}+|исходн\p{L}+)\s+(?:\p{L}+\s+)?(?:инструкц|промпт|указани|ограничени|настройк|директив|роль|задани)/iu,
  /(?:систем(?:ный|ное|ного|ные|ная|ную)|скрыт\p{L}+|секретн\p{L}+|внутренн\p{L}+)\s+(?:промпт|сообщени|инструкц|запрос|команд|правил|настройк|текст|данн)/iu,
  /(?:^|[^\p{L}])промпт/iu,
  /\b(?:system|developer)\s*(?:prompt|message|override)\b/iu,
  // Claimed or given roles.
  /(?:^|[^\p{L}])(?:ты|вы)\s+(?:теперь|отныне|больше не|уже не|сейчас не)(?:[^\p{L}]|$)/iu,
  /(?:^|[^\p{L}])(?:теперь|отныне|впредь|с этого момента)[,\s]+(?:ты|вы|твоя|отвечай|говори|считай|соглашайся)/iu,
  /\b(?:you are now|act as|pretend to be|jailbreak|dan mode|do anything now|developer mode|god mode)\b/iu,
  /(?:притворись|представь,? (?:себе,? )?что (?:ты|вы)|веди себя|действуй как|отвечай как|сыграй|в роли|войди в роль|режим\p{L}*\s+(?:разработчик|отладк|администратор|админ|бога|без))/iu,
  /(?:^|[^\p{L}])я\s+(?:тво[ийя]|ваш\p{L}*|здесь|-|—)?\s*(?:администратор|админ|разработчик|создател|программист|владелец системы|суперпользовател|root)/iu,
  /<\|?\/?(?:system|assistant|user|im_start|im_end|tool)[^>]*>|\[\/?(?:INST|SYS)\]|^\s*(?:system|assistant|developer|tool|user|система|ассистент|разработчик|бот|менеджер|консультант)\s*:/imu,
  /```(?:json|system|tool)|"role"\s*:\s*"(?:system|assistant|tool)"/iu,
  // A price by decree.
  /(?:поставь|установи|сделай|назначь|напиши|запиши|зафиксируй|подтверди|скажи,? что|считай,? что)\p{L}*\s.{0,40}(?:цен|стоимост|скидк|аренд|ставк|бесплатн).{0,30}(?:\d|один|ноль|рубл|даром)/iu,
  /(?:цен\p{L}*|стоимост\p{L}*|ставк\p{L}*).{0,20}(?:(?<!\d)[01]|один|ноль)\s*(?:руб|₽|коп)/iu,
  /(?:дай|дайте|сделай|примени|оформи)\p{L}*\s.{0,20}скидк/iu,
  /(?:отдай|отдайте|продай|сдай)\p{L}*\s.{0,40}(?:бесплатно|даром|за (?:один )?рубль|за копейк)/iu,
  // Orders to tools, to output, to the graph.
  /(?:вызови|запусти|выполни|активируй|call|run|execute|invoke)\p{L}*\s.{0,30}(?:функци|инструмент|tool|function|sql|код|команд|скрипт|режим|handoff|сценари)/iu,
  /(?:переключи|перейди|измени|смени|установи|присвой|задай)\p{L}*\s.{0,20}(?:режим|сценари|слот|параметр|переменн|intent|статус|поле)/iu,
  /(?:выведи|распечатай|верни|ответь|раскрой|покажи|повтори|переведи)\p{L}*\s.{0,30}(?:json|инструкц|правила|дословно|текст выше|всё выше|сообщени\p{L}* выше|ключ|токен|парол|переписк|данные клиент|базу)/iu,
  /(?:отвечай|ответь|пиши|говори|скажи|соглашайся)\p{L}*\s.{0,15}(?:только|всегда|на все|слово|словом)/iu,
  /(?:^|[^\p{L}])(?:agreement|intent|budgetmax|areamin|scenario|api[_ ]?key|base64|rot13)(?:[^\p{L}]|$)/iu,
  /\b(?:drop|delete|update|insert|truncate|alter)\s+(?:table|from|into|database)\b/iu,
  // Talk about the machine's mind.
  /(?:языков\p{L}+ модел|нейросет|искусственн\p{L}+ интеллект|чат\s*gpt|chatgpt|\bgpt\b|\bllm\b)/iu,
];

/** Longest prefix looked at; patterns are linear, but a megabyte is still a megabyte. */
const SCAN_LIMIT = 4_000;

export function looksLikeInjection(text: string): boolean {
  const head = text
    .slice(0, SCAN_LIMIT)
    .normalize('NFKC')
    .replace(/[\u00AD\u200B-\u200F\u2060\uFEFF]/gu, '');
  // A Russian word written partly in Latin letters reads the same to a model and differently to a pattern.
  const unmasked = head.replace(/\S*\p{Script=Cyrillic}\S*/gu, (word) =>
    word.replace(/[a-z]/giu, (letter) => LOOKALIKES[letter.toLowerCase()] ?? letter),
  );
  return PATTERNS.some((pattern) => pattern.test(head) || pattern.test(unmasked));
}
