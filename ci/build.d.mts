/** Brings dist/ up to date; returns how many files were written. */
export declare function build(options?: { log?: (line: string) => void }): Promise<number>;
