import "./messages";
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, virtualColor } from "@mantine/core";
import { t } from "../kit/i18n";

/** Spruce: the one accent. Deep on paper, light on graphite; both >= 4.5:1 against their ground. */
const pine: MantineColorsTuple = [
  "#eef7f3",
  "#dcebe4",
  "#b6d6c9",
  "#8ec1ad",
  "#6db096",
  "#57a588",
  "#469a7c",
  "#2f7f65",
  "#1d6b5b",
  "#0f4f42",
];

/** Amber: review and everything that wants a second look. */
const honey: MantineColorsTuple = [
  "#fff7e4",
  "#fbecc9",
  "#f4d894",
  "#ecc35c",
  "#e6b12f",
  "#dfa31a",
  "#c98d0a",
  "#9a6a00",
  "#7d5500",
  "#5e3f00",
];

/** Graphite with a breath of green: dark mode's greys. */
const dark: MantineColorsTuple = [
  "#d3d8d5",
  "#b5bcb8",
  "#8d9691",
  "#626b67",
  "#3d4542",
  "#303735",
  "#252b29",
  "#1b201f",
  "#151918",
  "#0f1211",
];

/** Paper: light mode's greys, warm enough not to glare. */
const gray: MantineColorsTuple = [
  "#f8f8f5",
  "#f1f1ec",
  "#e6e6df",
  "#d8d8cf",
  "#c3c4ba",
  "#a3a59b",
  "#7c7f76",
  "#565a53",
  "#3a3e39",
  "#242825",
];

// A closing dialog holds the keyboard until it is gone: no key press may fall into that gap.
const INSTANT = { duration: 0 };
const CLOSE = { "aria-label": t("app.close") };
// The header of a dialog is not the page's.
const HEADER = { header: { role: "presentation" } };

export const theme = createTheme({
  primaryColor: "spruce",
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  colors: {
    pine,
    honey,
    dark,
    gray,
    // Virtual, because only virtual colours choose black or white text per scheme.
    spruce: virtualColor({ name: "spruce", light: "pine", dark: "pine" }),
    amber: virtualColor({ name: "amber", light: "honey", dark: "honey" }),
    danger: virtualColor({ name: "danger", light: "red", dark: "red" }),
  },
  black: "#1b1f1d",
  fontFamily:
    'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "650",
    sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.0625rem" }, h3: { fontSize: "0.9375rem" } },
  },
  defaultRadius: "sm",
  radius: { xs: "2px", sm: "4px", md: "6px", lg: "8px", xl: "12px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Badge: {
      defaultProps: { tt: "none", radius: "sm", fw: 600 },
      styles: { root: { flexShrink: 0 }, label: { overflow: "visible" } },
    },
    // A number out of bounds is said to be wrong, not made another one as the field is left.
    NumberInput: { defaultProps: { clampBehavior: "none" } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    Modal: {
      defaultProps: { centered: true, transitionProps: INSTANT, closeButtonProps: CLOSE, attributes: HEADER },
    },
    Drawer: { defaultProps: { transitionProps: INSTANT, closeButtonProps: CLOSE, attributes: HEADER } },
    Notification: {
      defaultProps: { closeButtonProps: CLOSE },
      styles: { description: { color: "var(--mantine-color-dimmed)" } },
    },
  },
});

/** Grounds of the two schemes, beyond what Mantine derives from the palettes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#fbfbf8",
    "--mantine-color-dimmed": "#5d625b",
    "--mantine-color-error": "#c92a2a",
    "--lw-panel": "#f3f3ee",
    "--lw-line": "#e0e0d8",
    "--lw-raised": "#ffffff",
  },
  dark: {
    "--mantine-color-body": "#171b1a",
    "--mantine-color-text": "#d9dedb",
    "--mantine-color-dimmed": "#97a09b",
    "--mantine-color-error": "#ff8787",
    "--lw-panel": "#1e2322",
    "--lw-line": "#323937",
    "--lw-raised": "#222827",
  },
});
