/** Badge colours of task statuses; any other status is amber. */
export const STATUS_COLOURS: Readonly<Record<string, string>> = {
  completed: "spruce",
  error: "danger",
  canceled: "gray",
};
