// Dates as the server writes them (`core/formats.py`), always in the time of the city, whatever the phone takes for its own.
const ENGLISH = document.documentElement.lang === "en";
const ZONE = { timeZone: "Asia/Shanghai" } as const;

const said = (moment: number | string, options: Intl.DateTimeFormatOptions, language = ENGLISH ? "en-US" : "zh-CN"): string =>
  new Date(moment).toLocaleString(language, { ...ZONE, ...options });
const month = (moment: number | string): string => said(moment, { month: "short" }, "en-US");

/** "14:05". */
export const time = (moment: number | string): string => said(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, "en-GB");

/** A day of this year, with its weekday in round brackets; "Tue 24 Nov" in English. */
export function day(moment: number | string): string {
  const weekday = said(moment, { weekday: "short" });
  if (ENGLISH) return `${weekday} ${said(moment, { day: "numeric" })} ${month(moment)}`;
  return `${said(moment, { month: "long", day: "numeric" })}\uff08${weekday}\uff09`;
}

/** For lists: "11-24 14:05", "24 Nov 14:05" in English. */
export function short(moment: number | string): string {
  const on = ENGLISH ? `${said(moment, { day: "numeric" })} ${month(moment)}` : said(moment, { month: "2-digit", day: "2-digit" }, "en-US").replace("/", "-");
  return `${on} ${time(moment)}`;
}
