import { defaultSchema, type Options } from "rehype-sanitize";

const FURTHER = (
  "abbr audio bdi bdo caption cite col colgroup dfn figcaption figure iframe mark small time track u video wbr"
).split(" ");

/** What may stay of a text that somebody else wrote: GitHub's rules, and what instructions are written with. */
export const SCHEMA: Options = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []),
    ...FURTHER,
  ],
  attributes: {
    ...defaultSchema.attributes,
    iframe: ["src", "title", "width", "height"],
    video: ["src", "poster", "width", "height", "loop", "muted"],
    audio: ["src", "loop"],
    source: ["src", "type", "media"],
    track: ["src", "kind", "srcLang", "label"],
    // Styles were reduced to harmless ones before.
    "*": [...(defaultSchema.attributes?.["*"] ?? []), "style"],
  },
  protocols: {
    ...defaultSchema.protocols,
    href: ["http", "https", "mailto", "tel"],
    // Pictures within the text; other elements that load something were looked at before.
    src: ["http", "https", "data"],
    poster: ["http", "https"],
  },
  strip: ["script", "style", "title", "template", "noscript", "object", "embed", "svg", "math"],
};
