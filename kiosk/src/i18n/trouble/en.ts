// English: what went wrong, what waits, and what a person has to look at.

import { counting } from "../plural.ts";

const count = counting<"one" | "other">("en");

export const trouble = {
  banner: {
    answers: (n: number) =>
      `${count(n, { one: "# answer is", other: "# answers are" })} on this screen only – do not leave`,
    silent: "The plant box does not answer – please stay on this screen",
    trying: "It is saved by itself as soon as the plant box answers.",
    trying_plain: "The kiosk keeps trying by itself.",
  },
  /** What is on this screen only, and what became of it. */
  offline: {
    answers_memory: (n: number) =>
      `${count(n, { one: "# answer is", other: "# answers are" })} only in this page – do not leave, do not switch off`,
    memory: "This browser cannot keep answers over a restart. Each is safe once it says: saved at the plant.",
    memory_full: "This screen's own storage is full. Each answer is safe once it says: saved at the plant.",
    box_delayed: "The plant box cannot store right now. It keeps trying by itself.",
    box_delayed_title: (n: number) =>
      `${count(n, { one: "# answer is", other: "# answers are" })} on this screen only – the plant box cannot store`,
    time_here: "Counted by this screen",
    somebody_waits:
      "Answers of somebody wait on this screen only. They are sent when that person signs in here.",
    paper_waits:
      "Somebody's signed request or decision has had no answer. It waits on this screen for that person.",
    sign_again:
      "You signed this test before, but the plant had not received it. Sign once more; it counts once.",
    leave_title: "Not everything is saved yet",
    leave_lead:
      "What you did is on this screen only. If you stay, it is saved as soon as the plant box answers. If you leave, it waits until you sign in on this screen again.",
    leave_signed:
      "You signed something that has had no answer. It waits on this screen until you send it again with your PIN; it counts once.",
    leave_stay: "Stay here",
    other_release:
      "For this the kiosk has to load a new version. It does so by itself once you have signed out.",
  },
  attention: {
    title: "Needs attention",
    lead: "Nothing was thrown away. What the plant did not take is kept on this screen.",
    notice: (n: number) => `${count(n, { one: "# entry needs", other: "# entries need" })} attention`,
    happened: {
      answered_elsewhere:
        "This question was answered on another screen as well. The answer from there counts; this one is kept.",
      attempt_closed: "The test was closed, or its time was up, before this reached the plant.",
      key_reused: "The plant already has something else under the same number. Both are kept.",
      not_found: "The plant box does not know this test any more.",
      other: "The plant box did not accept this.",
    },
    submission: "Your signature",
    question: (n: number) => `Question ${n}`,
    kept_at: (time: string) => `Kept on this screen since ${time}`,
    reference: "Reference",
    call: "Whom to call",
    call_unknown: "Your team leader or plant IT",
    show: "Show what I answered",
    hide: "Hide what I answered",
    your_answer: "Your answer",
    no_answer: "The answer was taken back.",
    go_on: "Go on",
  },
  elsewhere: {
    title: "Signed in on another screen",
    lead: "You signed in on another screen, so your test has stopped on this one.",
    unsaved: (n: number) =>
      `${count(n, { one: "# answer", other: "# answers" })} from this screen ${n === 1 ? "is" : "are"} kept and sent when you go on here.`,
    take_over: "Go on here",
    leave: "Sign out here",
  },
  problems: {
    wrong_badge_or_pin: "Badge and PIN do not fit together. Please try again.",
    wrong_pin: "That is not your PIN. Please try again.",
    locked_out: "Too many wrong tries. Please wait, or ask your team leader.",
    attempt_closed: "This test is closed. It takes no more answers.",
    no_attempts_left: "There are no attempts left for this test. Ask your team leader.",
    already_passed: "You have passed this test already.",
    assignment_expired: "This assignment has expired. Ask your team leader.",
    bad_language: "This test cannot be started in this language. Please choose one that is approved.",
    not_open_yet: "This test is not open yet.",
    not_found: "The plant box does not have this any more. Please look at the list again.",
    package_unusable: "This test cannot be taken at this plant box. Please tell plant IT the reference.",
    storage: "The plant box cannot store safely right now. Nothing was lost; please tell plant IT.",
    unavailable: "The plant box is busy. Please try again shortly.",
    key_reused: "The plant box already has something else under this number. Please tell your team leader.",
    unreachable: "The plant box does not answer. Please try again shortly.",
    other: "That did not work. Please try again, or tell plant IT the reference.",
  },
};

export type TroubleWords = typeof trouble;
