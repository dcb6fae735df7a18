import type { ReactNode, SVGProps } from "react";

/** Builds one 24-unit line icon; decorative, so hidden from screen readers. */
function icon(drawing: ReactNode) {
  return function Icon({ size = 18, ...rest }: SVGProps<SVGSVGElement> & { size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.75}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        {...rest}
      >
        {drawing}
      </svg>
    );
  };
}

export const IconQueue = icon(<path d="M4 7h10M4 12h10M4 17h6M17 10l4 3.5-4 3.5z" />);
export const IconProjects = icon(<path d="M3 7.5 12 3l9 4.5-9 4.5zM3 12l9 4.5 9-4.5M3 16.5 12 21l9-4.5" />);
export const IconTasks = icon(<path d="M4 5h16v14H4zM4 10h16M10 10v9" />);
export const IconPeople = icon(
  <path d="M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8" />,
);
export const IconDeliveries = icon(
  <path d="M12 21 3.5 16.5v-9L12 3l8.5 4.5v9L12 21zM3.5 7.5 12 12l8.5-4.5M12 12v9" />,
);
export const IconCallbacks = icon(<path d="M4 17V7h10M10.5 3.5 14 7l-3.5 3.5M20 7v10H10M13.5 13.5 10 17l3.5 3.5" />);
export const IconBack = icon(<path d="M15 5l-7 7 7 7" />);
export const IconNext = icon(<path d="M9 5l7 7-7 7" />);
export const IconSun = icon(
  <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" />,
);
export const IconMoon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" />);
export const IconAuto = icon(
  <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 8h7.6M12 12.5h9M12 17h7.3" />,
);
export const IconSearch = icon(<path d="M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5" />);
export const IconLogOut = icon(<path d="M10 4H5v16h5M15 8l4 4-4 4M9 12h10" />);
export const IconKeys = icon(<path d="M3 7h18v10H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M8 14h8" />);
export const IconBook = icon(<path d="M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11" />);
export const IconClock = icon(<path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2" />);
export const IconWarning = icon(<path d="M12 4 2.5 20h19zM12 10v4.5M12 17.2h.01" />);
export const IconCheck = icon(<path d="M4.5 12.5l5 5 10-11" />);
export const IconReturn = icon(<path d="M9 7 4 12l5 5M4 12h11a5 5 0 0 1 5 5v1" />);
export const IconPencil = icon(<path d="M4 20l1-4.5L16.5 4 20 7.5 8.5 19z" />);
export const IconSkip = icon(<path d="M6 5l9 7-9 7zM18 5v14" />);
export const IconSend = icon(<path d="M4 12 20 4l-5 16-3.5-6.5z" />);
export const IconHistory = icon(<path d="M4 5v5h5M4.6 14.5A8 8 0 1 0 5 8.5L4 10M12 8v4.5l3 1.5" />);
