import { LABEL_DASHES, type LabelStyle } from "../labels/palette";

/** A label's colour and dash as drawn on the canvas. */
export function LabelSwatch({ style }: { style: LabelStyle }) {
  return (
    <svg
      className="lw-swatch"
      width="18"
      height="14"
      viewBox="0 0 18 14"
      aria-hidden="true"
      focusable="false"
    >
      <rect x="1.5" y="1.5" width="15" height="11" rx="1" fill={style.color} fillOpacity="0.25" />
      <rect
        x="1.5"
        y="1.5"
        width="15"
        height="11"
        rx="1"
        fill="none"
        stroke={style.color}
        strokeWidth="2"
        strokeDasharray={(LABEL_DASHES[style.dash] ?? []).map((length) => length / 2).join(" ")}
      />
    </svg>
  );
}
