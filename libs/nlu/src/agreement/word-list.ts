/** The words of a list written in one string. */
export const wordList = (list: string): string[] => list.trim().split(/\s+/);
