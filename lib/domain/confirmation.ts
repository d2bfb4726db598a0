/**
 * What a person types before something is deleted for good. A word of ours, never a name of theirs: every keyboard has
 * its letters, and no name has to be.
 */
export const confirmationWord = "delete";

/** Whether it was typed, as any keyboard writes it: capitals, full-width letters and spaces around it count for nothing. */
export const isConfirmation = (typed: string): boolean =>
  typed.normalize("NFKC").trim().toLowerCase() === confirmationWord;
