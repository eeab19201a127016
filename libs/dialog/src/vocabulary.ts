import type { EstateClass, FinanceModelName, FitOut } from '#libs/nlu';

// Words of the trade as the client reads them; sentences live in the phrase book.

export const DEAL_WORDS = { rent: 'аренда', sale: 'покупка' } as const;
export const PURPOSE_WORDS = { own: 'для себя', investment: 'инвестиции' } as const;
export const KIND_WORDS = { office: 'офис', retail: 'торговое помещение', warehouse: 'склад' } as const;
export const FIT_OUT_WORDS: Record<FitOut, string> = {
  shell: 'без отделки',
  partial: 'частичная (white box)',
  ready: 'готовая',
};
export const MODEL_WORDS: Record<FinanceModelName, string> = {
  'office-ready': 'готовый офис',
  'office-construction': 'строящийся офис',
  'retail-ready': 'готовое торговое помещение',
  'retail-construction': 'строящееся торговое помещение',
};
export const CLASSES: readonly EstateClass[] = ['A', 'B+', 'B', 'C'];
