import { counting } from "../plural.ts";
import type { TroubleWords } from "./en.ts";

const count = counting<"one" | "other">("de");

export const trouble: TroubleWords = {
  banner: {
    answers: (n) =>
      `${count(n, { one: "# Antwort ist", other: "# Antworten sind" })} nur auf diesem Bildschirm – bitte nicht weggehen`,
    silent: "Der Werksrechner antwortet nicht – bitte bleiben Sie an diesem Bildschirm",
    trying: "Gespeichert wird von selbst, sobald der Werksrechner antwortet.",
    trying_plain: "Das Terminal versucht es von selbst weiter.",
  },
  offline: {
    answers_memory: (n: number) =>
      `${count(n, { one: "# Antwort ist", other: "# Antworten sind" })} nur in dieser Seite – nicht weggehen, nicht ausschalten`,
    memory:
      "Dieser Browser behält Antworten nicht über einen Neustart. Sicher ist jede, sobald dasteht: im Werk gespeichert.",
    memory_full:
      "Der Speicher dieses Bildschirms ist voll. Sicher ist jede Antwort, sobald dasteht: im Werk gespeichert.",
    box_delayed: "Der Werksrechner kann gerade nicht speichern. Er versucht es von selbst weiter.",
    box_delayed_title: (n: number) =>
      `${count(n, { one: "# Antwort ist", other: "# Antworten sind" })} nur auf diesem Bildschirm – der Werksrechner kann nicht speichern`,
    time_here: "Von diesem Bildschirm gezählt",
    somebody_waits:
      "Antworten von jemandem warten nur auf diesem Bildschirm. Sie werden gesendet, wenn diese Person sich hier anmeldet.",
    paper_waits:
      "Jemand hat hier einen Antrag oder eine Entscheidung unterschrieben; die Antwort fehlt noch. Das wartet auf diesem Bildschirm auf diese Person.",
    sign_again:
      "Sie haben diese Prüfung schon unterschrieben, doch das Werk hatte sie nicht erhalten. Unterschreiben Sie noch einmal; es zählt einmal.",
    leave_title: "Noch ist nicht alles gespeichert",
    leave_lead:
      "Was Sie eingegeben haben, ist nur auf diesem Bildschirm. Wenn Sie bleiben, wird es gespeichert, sobald der Werksrechner antwortet. Wenn Sie gehen, wartet es, bis Sie sich wieder an diesem Bildschirm anmelden.",
    leave_signed:
      "Etwas, das Sie unterschrieben haben, ist ohne Antwort. Es wartet auf diesem Bildschirm, bis Sie es mit Ihrer PIN noch einmal senden; es zählt einmal.",
    leave_stay: "Hier bleiben",
    other_release:
      "Dafür muss das Terminal eine neue Version laden. Das geschieht von selbst, sobald Sie sich abgemeldet haben.",
  },
  attention: {
    title: "Braucht Aufmerksamkeit",
    lead: "Nichts wurde weggeworfen. Was das Werk nicht angenommen hat, ist auf diesem Bildschirm aufbewahrt.",
    notice: (n: number) =>
      `${count(n, { one: "# Eintrag braucht", other: "# Einträge brauchen" })} Aufmerksamkeit`,
    happened: {
      answered_elsewhere:
        "Diese Frage wurde auch auf einem anderen Bildschirm beantwortet. Jene Antwort zählt; diese ist aufbewahrt.",
      attempt_closed: "Die Prüfung war geschlossen oder ihre Zeit um, bevor dies das Werk erreichte.",
      key_reused: "Das Werk hat unter derselben Nummer schon etwas anderes. Beides ist aufbewahrt.",
      not_found: "Der Werksrechner kennt diese Prüfung nicht mehr.",
      other: "Der Werksrechner hat dies nicht angenommen.",
    },
    submission: "Ihre Unterschrift",
    question: (n: number) => `Frage ${n}`,
    kept_at: (time: string) => `Auf diesem Bildschirm aufbewahrt seit ${time}`,
    reference: "Kennzeichen",
    call: "Wen Sie anrufen",
    call_unknown: "Ihre Teamleitung oder die Werks-IT",
    show: "Meine Antwort zeigen",
    hide: "Meine Antwort verbergen",
    your_answer: "Ihre Antwort",
    no_answer: "Die Antwort wurde zurückgenommen.",
    go_on: "Weiter",
  },
  elsewhere: {
    title: "An einem anderen Bildschirm angemeldet",
    lead: "Sie haben sich an einem anderen Bildschirm angemeldet. Deshalb wurde Ihre Prüfung hier angehalten.",
    unsaved: (n) =>
      n === 1
        ? "1 Antwort von diesem Bildschirm bleibt erhalten und wird gesendet, wenn Sie hier weitermachen."
        : `${n} Antworten von diesem Bildschirm bleiben erhalten und werden gesendet, wenn Sie hier weitermachen.`,
    take_over: "Hier weitermachen",
    leave: "Hier abmelden",
  },
  problems: {
    wrong_badge_or_pin: "Ausweis und PIN passen nicht zusammen. Bitte versuchen Sie es noch einmal.",
    wrong_pin: "Das ist nicht Ihre PIN. Bitte versuchen Sie es noch einmal.",
    locked_out: "Zu viele falsche Versuche. Bitte warten Sie oder fragen Sie Ihre Teamleitung.",
    attempt_closed: "Diese Prüfung ist geschlossen. Sie nimmt keine Antworten mehr an.",
    no_attempts_left: "Für diese Prüfung gibt es keine Versuche mehr. Fragen Sie Ihre Teamleitung.",
    already_passed: "Diese Prüfung haben Sie schon bestanden.",
    assignment_expired: "Diese Zuweisung ist abgelaufen. Fragen Sie Ihre Teamleitung.",
    bad_language:
      "In dieser Sprache lässt sich die Prüfung nicht beginnen. Bitte wählen Sie eine, die freigegeben ist.",
    not_open_yet: "Diese Prüfung ist noch nicht offen.",
    not_found: "Der Werksrechner hat dies nicht mehr. Bitte sehen Sie noch einmal in die Liste.",
    package_unusable:
      "Diese Prüfung kann auf diesem Werksrechner nicht abgelegt werden. Bitte nennen Sie der Werks-IT das Kennzeichen.",
    storage:
      "Der Werksrechner kann im Moment nicht sicher speichern. Nichts ging verloren; bitte sagen Sie der Werks-IT Bescheid.",
    unavailable: "Der Werksrechner ist beschäftigt. Bitte versuchen Sie es gleich noch einmal.",
    key_reused:
      "Der Werksrechner hat unter dieser Nummer schon etwas anderes. Bitte sagen Sie Ihrer Teamleitung Bescheid.",
    unreachable: "Der Werksrechner antwortet nicht. Bitte versuchen Sie es gleich noch einmal.",
    other:
      "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal oder nennen Sie der Werks-IT das Kennzeichen.",
  },
};
