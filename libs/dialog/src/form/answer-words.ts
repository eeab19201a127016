import type { Question } from './question.js';

/** «не важно» and its kin: the question is answered by leaving it open. */
const DOES_NOT_MATTER =
  /^(?:мне\s+)?(?:не\s*важн[оаы]?|люб(?:ой|ая|ое|ые)|вс[её]\s+равно|без\s+разницы|не\s+принципиально|пропустить|пропусти(?:те)?|не\s+знаю|дальше|нет|-)[.!\s]*$/iu;

/** «Не знаю», «пока не решил»: the question is left open when it may be. */
const UNDECIDED = /^(?:(?:я|пока|ещ[её])\s+)*не\s+(?:знаю|решил\p{L}*|определил\p{L}*)/iu;
/** Orders to go on that are no plain «да». */
export const GO_AHEAD =
  /^(?:да,?\s+)?(?:искать|ищи(?:те)?|нач(?:ать|ни|инай|ните|инайте)(?:\s+(?:поиск|расч[её]т))?|поехали|запускай(?:те)?|считай(?:те)?|(?:рас)?считать|рассчитай(?:те)?|передай(?:те)?|отправляй(?:те)?)[\s.!]*$/iu;
/** A question that wishes: «а если 500 метров?», «можно подешевле?». */
export const WISH = /(?:если|можно|давай|лучше|хочу|хотел|нуж[ен]|есть|покаж|подой?д[её]т|рассмотр)/iu;

/** A plain order to do something else, even when the rest of the text would answer the question. */
export const COMMAND = /(?:^|\s)(?:оцени|посчитай|рассчитай|подбери|найди)(?:те)?(?:\s|,|$)/iu;

/** Whether the text leaves the question open instead of answering it. */
export function isLeftOpen(question: Question, text: string): boolean {
  return DOES_NOT_MATTER.test(text) || UNDECIDED.test(text) || (question.skipPattern?.test(text) ?? false);
}
