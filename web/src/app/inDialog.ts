/**
 * For lists that open in a dialog: beside their field and not at the end of the page, which the dialog shuts off.
 */
export const IN_DIALOG = { withinPortal: false, floatingStrategy: "fixed" } as const;
