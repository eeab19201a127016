import { type Marking, numeralAt, takeSpan, textAt } from './mark.js';

const LABEL =
  /^(?:инн|огрн|огрнип|кпп|бик|окпо|оквэд|снилс|паспорт|кадастровый|счет|артикул|индекс|доб|добавочный|договор[аеу]?)$/;
const FILLER = /^(?:номер|№|:|-|#|серия|и|код|мой|наш|компании|расчетный|=|\.|организации)$/;

/** Marks the digits after «ИНН», «ОГРН», «КПП», «паспорт» and the like. */
export const markRequisites = (marking: Marking): void => {
  const { tokens, numerals } = marking;
  for (let at = 0; at < tokens.length; at++) {
    const label = textAt(tokens, at);
    if (!LABEL.test(label)) continue;
    let next = at + 1;
    while (next < at + 4 && FILLER.test(textAt(tokens, next))) next++;
    const from = next;
    let digits = '';
    while (
      tokens[next]?.kind === 'number' ||
      (digits !== '' && /^[-:/]$/.test(textAt(tokens, next)) && tokens[next + 1]?.kind === 'number')
    ) {
      const text = textAt(tokens, next).replace(/\D/g, '');
      if (digits.length + text.length > 20) break;
      digits += text;
      next++;
    }
    const spelled = numeralAt(numerals, from, (n) => n.spelled);
    if (label.startsWith('договор') && textAt(tokens, from - 1) !== '№') continue;
    const short = label.startsWith('до');
    const minimum = short ? 1 : label === 'индекс' || label === 'артикул' || label === 'паспорт' ? 4 : 8;
    if (digits.length >= minimum) takeSpan(marking, label === 'инн' ? 'inn' : 'requisite', from, next, digits);
    else if (spelled !== undefined && label === 'инн') {
      let end = spelled;
      for (const numeral of numerals) if (numeral.from === end.to) end = numeral;
      takeSpan(marking, 'inn', from, end.to);
    }
  }
};
