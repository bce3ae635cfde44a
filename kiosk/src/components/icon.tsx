// Line icons on a 24-unit grid. They stand beside words and are hidden from screen readers.

const kPaths = {
  arrow_back: "M19 12H5M11 6l-6 6 6 6",
  arrow_next: "M5 12h14M13 6l6 6-6 6",
  arrow_up: "M12 19V5M6 11l6-6 6 6",
  arrow_down: "M12 5v14M6 13l6 6 6-6",
  again: "M5 5v5h5M5.6 10a7.5 7.5 0 1 1-.9 5.5",
  badge:
    "M6 4h12a1.5 1.5 0 0 1 1.5 1.5v13A1.5 1.5 0 0 1 18 20H6a1.5 1.5 0 0 1-1.5-1.5v-13A1.5 1.5 0 0 1 6 4ZM10 4V2.5h4V4M12 13.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM8.2 17c.6-1.7 2-2.4 3.8-2.4s3.2.7 3.8 2.4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2",
  cross: "M6 6l12 12M18 6L6 18",
  delete: "M9 5h11v14H9l-6-7 6-7ZM12.5 9.5l5 5M17.5 9.5l-5 5",
  disk: "M4 6.5C4 5 7.6 4 12 4s8 1 8 2.5S16.4 9 12 9 4 8 4 6.5ZM4 6.5v11C4 19 7.6 20 12 20s8-1 8-2.5v-11M4 12c0 1.5 3.6 2.5 8 2.5s8-1 8-2.5",
  dots: "M6 12h.01M12 12h.01M18 12h.01",
  empty: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z",
  flag: "M6 21V4M6 4.5h11.5l-2.5 4 2.5 4H6",
  globe:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c2.5 2.5 3.8 5.5 3.8 9s-1.3 6.5-3.8 9c-2.5-2.5-3.8-5.5-3.8-9S9.5 5.5 12 3Z",
  enlarge: "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5M4 4l6 6M20 4l-6 6M4 20l6-6M20 20l-6-6",
  half: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 8v4h4",
  hand: "M8.5 12V5.5a1.6 1.6 0 0 1 3.2 0V11M11.7 11V4.6a1.6 1.6 0 0 1 3.2 0V11M14.9 11V6.5a1.6 1.6 0 0 1 3.1 0V14c0 4-2.4 6.5-6 6.5-3 0-4.4-1.3-5.8-3.7L4 13.2c-.7-1.2 1.2-2.4 2.2-1.2l2.3 2.5",
  grid: "M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z",
  link_down:
    "M3 3l18 18M8.5 15.5a5 5 0 0 1 5-1.4M5.5 12a9 9 0 0 1 4-2.3M13.5 9.3a9.3 9.3 0 0 1 5 2.7M12 19h.01",
  link_up: "M8.5 15.5a5 5 0 0 1 7 0M5.5 12a9.3 9.3 0 0 1 13 0M2.5 8.5a13.5 13.5 0 0 1 19 0M12 19h.01",
  lock: "M6 11h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM8 11V8a4 4 0 0 1 8 0v3",
  minus: "M6 12h12",
  office: "M4 20h16M6 20V5h8v15M14 10h4v10M9 8.5h2M9 12h2M9 15.5h2",
  outbox: "M4 13l2.5-8h11L20 13v6H4v-6ZM4 13h4.5l1.5 2.5h4l1.5-2.5H20M12 5",
  pause: "M8 5v14M16 5v14",
  play: "M7 4.5l12 7.5-12 7.5v-15Z",
  pen: "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19 4 20ZM13.5 7l3.5 3.5",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
  ruler: "M3 8h18v8H3zM7 8v3M11 8v4M15 8v3M19 8v4",
  seal: "M12 15.5a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM8.5 14.5L7 21l5-2.5L17 21l-1.5-6.5M9.5 9.5l1.8 1.8 3.2-3.3",
  send: "M4 12l16-7-5.5 15-3-6.5L4 12ZM11.5 13.5L20 5",
  sign_out: "M10 5H5v14h5M10 12h10M16.5 8.5L20 12l-3.5 3.5",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11",
  text_size: "M3 18L8 6l5 12M4.8 14h6.4M15 18l3-7.5 3 7.5M16.1 15.5h3.8",
  warning: "M12 4l9 16H3l9-16ZM12 10v4.5M12 17.3h.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c1-4 3.9-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
  people:
    "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.7-3.6 3.1-5 6.5-5s5.8 1.4 6.5 5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.9c1.9.7 3.1 2.2 3.5 4.6",
  shift: "M12 4l7 8h-4v7H9v-7H5l7-8Z",
  unlock: "M6 11h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM8 11V8a4 4 0 0 1 7.6-1.8",
  calendar: "M5 6h14v14H5zM5 10.5h14M9 3.5v4M15 3.5v4",
  plus: "M12 6v12M6 12h12",
  plus_minus: "M12 4v8M8 8h8M8 18h8",
  question: "M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.5h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
} as const;

/** They point along the line of text, so they turn where it runs from right to left. */
const kDirected: ReadonlySet<IconName> = new Set(["arrow_back", "arrow_next", "delete", "send", "sign_out"]);

export type IconName = keyof typeof kPaths;

export function Icon({ name, class: extra }: { name: IconName; class?: string }) {
  return (
    <svg
      class={`icon ${kDirected.has(name) ? "icon-directed" : ""} ${extra ?? ""}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={kPaths[name]} />
    </svg>
  );
}
