/** Lower case and ё → е before full-text search: a database in the C locale does not fold Cyrillic itself. */
export function foldText(text: string): string {
  return text.toLowerCase().replaceAll('ё', 'е');
}
