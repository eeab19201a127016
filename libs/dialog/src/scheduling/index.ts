// What the scheduler has to know of the dialog, as `#libs/dialog/scheduling`: it loads no graph.

/** The event the scheduler wakes a silent chat with; `data`: `number` is 1 or 2, `turn` the last turn before the silence. */
export const FOLLOW_UP_EVENT = 'follow-up';

/** The button that ends follow-ups: its press counts as a refusal. */
export const NO_FOLLOW_UP_BUTTON = 'menu.quiet';
