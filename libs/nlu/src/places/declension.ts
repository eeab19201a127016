/** Words that govern what follows: only they change («Улицы 1905 года», «Площадью Революции», «Парку Победы»). */
const GOVERNING = new Set(['площадь', 'улица', 'проспект', 'парк', 'шоссе', 'библиотека', 'бульвар', 'университет']);
const FLEETING: Readonly<Record<string, readonly string[]>> = {
  кузьминки: ['кузьминок', 'кузьминкам', 'кузьминками', 'кузьминках'],
  раменки: ['раменок', 'раменкам', 'раменками', 'раменках'],
  черемушки: ['черемушек', 'черемушкам', 'черемушками', 'черемушках'],
  ворота: ['ворот', 'воротам', 'воротами', 'воротах'],
  пруды: ['прудов', 'прудам', 'прудами', 'прудах'],
  горы: ['гор', 'горам', 'горами', 'горах'],
  котлы: ['котлов', 'котлам', 'котлами', 'котлах'],
  фили: ['филей', 'филям', 'филями', 'филях'],
  лихоборы: ['лихобор', 'лихоборам', 'лихоборами', 'лихоборах'],
  ряд: ['ряда', 'ряду', 'рядом', 'ряде'],
  луг: ['луга', 'лугу', 'лугом', 'луге'],
  стан: ['стана', 'стану', 'станом', 'стане'],
  аллея: ['аллеи', 'аллее', 'аллею', 'аллеей'],
  поле: ['поля', 'полю', 'полем'],
  ополчение: ['ополчения', 'ополчению', 'ополчением', 'ополчении'],
  площадь: ['площади', 'площадью'],
  шоссе: [],
  роща: ['рощи', 'роще', 'рощу', 'рощей'],
  марьина: ['марьиной', 'марьину'],
  филатов: ['филатова', 'филатову', 'филатовом'],
  замоскворечье: ['замоскворечья', 'замоскворечью', 'замоскворечьем', 'замоскворечье'],
  воробьевы: ['воробьевых', 'воробьевым', 'воробьевыми'],
  вокзал: ['вокзала', 'вокзалу', 'вокзалом', 'вокзале'],
  отрадное: ['отрадного', 'отрадному', 'отрадным', 'отрадном'],
  крылатское: ['крылатского', 'крылатскому', 'крылатским', 'крылатском'],
  вднх: [],
  цска: [],
  зорге: [],
  динамо: [],
  генерала: [],
  тюленева: [],
};

/** Every oblique form of one folded word by its ending; the word itself is the first. */
function formsOfWord(word: string): readonly string[] {
  const known = FLEETING[word];
  if (known) return [word, ...known];
  const stem = word.slice(0, -2);
  if (/ая$/.test(word)) return [word, `${stem}ой`, `${stem}ую`, `${stem}ою`];
  if (/яя$/.test(word)) return [word, `${stem}ей`, `${stem}юю`];
  if (/(?:ый|ой|ий)$/.test(word)) {
    const ending =
      word.endsWith('ий') && !/[гкх]ий$/.test(word) ? ['его', 'ему', 'им', 'ем'] : ['ого', 'ому', 'ым', 'им', 'ом'];
    return [word, ...ending.map((end) => stem + end)];
  }
  if (/ое$/.test(word)) return [word, `${stem}ого`, `${stem}ому`, `${stem}ым`, `${stem}им`, `${stem}ом`];
  if (/ые$/.test(word)) return [word, `${stem}ых`, `${stem}ым`, `${stem}ыми`];
  if (/ие$/.test(word)) return [word, `${stem}их`, `${stem}им`, `${stem}ими`];
  const last = word.slice(0, -1);
  if (/[еи]?[нв]о$|ево$|ово$|ино$|ыно$|ено$/.test(word)) return [word, `${last}а`, `${last}у`, `${last}ом`, `${last}е`];
  if (/ы$|и$/.test(word)) return [word, `${last}ов`, `${last}ам`, `${last}ами`, `${last}ах`];
  if (/[кгхжшщч]а$/.test(word)) return [word, `${last}и`, `${last}е`, `${last}у`, `${last}ой`];
  if (/а$/.test(word)) return [word, `${last}ы`, `${last}е`, `${last}у`, `${last}ой`];
  if (/[бвгдзклмнпрстфхжшчщц]$/.test(word)) return [word, `${word}а`, `${word}у`, `${word}ом`, `${word}е`];
  return [word];
}

/** All case forms of a folded name whose words are separated by single spaces. Paradigms of its words are walked together. */
export function caseForms(name: string): string[] {
  const words = name.split(' ');
  const head = words[0] ?? '';
  if (words.length > 1 && GOVERNING.has(head) && !/ая$/.test(words[1] ?? '')) {
    const rest = words.slice(1).join(' ');
    return formsOfWord(head).map((form) => `${form} ${rest}`);
  }
  let forms = [''];
  for (const [i, word] of words.entries()) {
    const own =
      i === 0 && words.length > 1 && /^(?:юго|алма|китай|петровско|москва)$/.test(word) ? [word] : formsOfWord(word);
    forms = forms.flatMap((start) => own.map((form) => (start ? `${start} ${form}` : form)));
  }
  return [...new Set(forms)];
}
