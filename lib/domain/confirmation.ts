/** The word that a person types before something is deleted for good. Any keyboard can type it. */
export const confirmationWord = "delete";

/** Whether the typed text is the confirmation word. Case, full-width letters and surrounding spaces are ignored. */
export const isConfirmation = (typed: string): boolean =>
  typed.normalize("NFKC").trim().toLowerCase() === confirmationWord;
