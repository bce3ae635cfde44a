import { counting } from "../plural.ts";
import type { TroubleWords } from "./en.ts";

const count = counting<"one" | "few" | "many">("pl");

const answers = { one: "# odpowiedź", few: "# odpowiedzi", many: "# odpowiedzi" };

export const trouble: TroubleWords = {
  banner: {
    answers: (n) => `Tylko na tym ekranie: ${count(n, answers)} – proszę nie odchodzić`,
    silent: "Komputer zakładowy nie odpowiada – proszę zostać przy tym ekranie",
    trying: "Zapis nastąpi sam, gdy tylko komputer zakładowy odpowie.",
    trying_plain: "Terminal sam próbuje dalej.",
  },
  offline: {
    answers_memory: (n) => `Tylko na tej stronie: ${count(n, answers)} – proszę nie odchodzić i nie wyłączać`,
    memory:
      "Ta przeglądarka nie zachowa odpowiedzi po ponownym uruchomieniu. Każda jest bezpieczna, gdy widać: zapisano w zakładzie.",
    memory_full:
      "Pamięć tego ekranu jest pełna. Każda odpowiedź jest bezpieczna, gdy widać: zapisano w zakładzie.",
    box_delayed: "Komputer zakładowy nie może teraz zapisywać. Sam próbuje dalej.",
    box_delayed_title: (n) =>
      `Tylko na tym ekranie: ${count(n, answers)} – komputer zakładowy nie może zapisywać`,
    time_here: "Liczony przez ten ekran",
    somebody_waits:
      "Czyjeś odpowiedzi czekają tylko na tym ekranie. Zostaną wysłane, gdy ta osoba się tu zaloguje.",
    paper_waits: "Czyjś podpisany wniosek lub decyzja nie ma odpowiedzi. Czeka na tę osobę na tym ekranie.",
    sign_again:
      "Ten test był już podpisany, ale zakład go nie otrzymał. Proszę podpisać jeszcze raz; liczy się tylko raz.",
    leave_title: "Nie wszystko jest jeszcze zapisane",
    leave_lead:
      "Wprowadzone dane są tylko na tym ekranie. Przy pozostaniu zapis nastąpi sam, gdy tylko komputer zakładowy odpowie. Po odejściu dane czekają do ponownego zalogowania na tym ekranie.",
    leave_signed:
      "Coś, co zostało podpisane, nie ma odpowiedzi. Czeka na tym ekranie na ponowne wysłanie z kodem PIN; liczy się tylko raz.",
    leave_stay: "Zostaję",
    other_release: "W tym celu terminal musi wczytać nową wersję. Zrobi to sam po wylogowaniu.",
  },
  attention: {
    title: "Wymaga uwagi",
    lead: "Niczego nie wyrzucono. To, czego zakład nie przyjął, jest przechowywane na tym ekranie.",
    notice: (n) =>
      count(n, {
        one: "# wpis wymaga uwagi",
        few: "# wpisy wymagają uwagi",
        many: "# wpisów wymaga uwagi",
      }),
    happened: {
      answered_elsewhere:
        "Na to pytanie odpowiedziano także na innym ekranie. Liczy się tamta odpowiedź; ta jest przechowywana.",
      attempt_closed: "Test zamknięto lub jego czas minął, zanim to dotarło do zakładu.",
      key_reused: "Zakład ma już coś innego pod tym samym numerem. Oba wpisy są przechowywane.",
      not_found: "Komputer zakładowy nie zna już tego testu.",
      other: "Komputer zakładowy tego nie przyjął.",
    },
    submission: "Podpis",
    question: (n) => `Pytanie ${n}`,
    kept_at: (time) => `Przechowywane na tym ekranie od ${time}`,
    reference: "Oznaczenie",
    call: "Do kogo dzwonić",
    call_unknown: "Brygadzista lub zakładowy dział IT",
    show: "Pokaż moją odpowiedź",
    hide: "Ukryj moją odpowiedź",
    your_answer: "Odpowiedź",
    no_answer: "Odpowiedź została cofnięta.",
    go_on: "Dalej",
  },
  elsewhere: {
    title: "Zalogowano na innym ekranie",
    lead: "Zalogowano się na innym ekranie, dlatego test zatrzymał się tutaj.",
    unsaved: (n) =>
      count(n, {
        one: "# odpowiedź z tego ekranu jest zachowana i zostanie wysłana po kontynuowaniu tutaj.",
        few: "# odpowiedzi z tego ekranu są zachowane i zostaną wysłane po kontynuowaniu tutaj.",
        many: "# odpowiedzi z tego ekranu jest zachowanych i zostanie wysłanych po kontynuowaniu tutaj.",
      }),
    take_over: "Kontynuuj tutaj",
    leave: "Wyloguj się tutaj",
  },
  problems: {
    wrong_badge_or_pin: "Identyfikator i PIN nie pasują do siebie. Proszę spróbować ponownie.",
    wrong_pin: "PIN jest nieprawidłowy. Proszę spróbować ponownie.",
    locked_out: "Za dużo błędnych prób. Proszę poczekać lub zwrócić się do brygadzisty.",
    attempt_closed: "Ten test jest zamknięty. Nie przyjmuje już odpowiedzi.",
    no_attempts_left: "Nie ma już prób dla tego testu. Proszę zwrócić się do brygadzisty.",
    already_passed: "Ten test jest już zdany.",
    assignment_expired: "Termin tego przydziału minął. Proszę zwrócić się do brygadzisty.",
    bad_language:
      "Tego testu nie można rozpocząć w tym języku. Proszę wybrać język, który jest zatwierdzony.",
    not_open_yet: "Ten test nie jest jeszcze otwarty.",
    not_found: "Komputer zakładowy już tego nie ma. Proszę ponownie spojrzeć na listę.",
    package_unusable:
      "Do tego testu nie można przystąpić na tym komputerze zakładowym. Proszę podać oznaczenie zakładowemu działowi IT.",
    storage:
      "Komputer zakładowy nie może teraz bezpiecznie zapisywać. Nic nie zginęło; proszę powiadomić zakładowy dział IT.",
    unavailable: "Komputer zakładowy jest zajęty. Proszę spróbować ponownie za chwilę.",
    key_reused: "Komputer zakładowy ma już coś innego pod tym numerem. Proszę powiadomić brygadzistę.",
    unreachable: "Komputer zakładowy nie odpowiada. Proszę spróbować ponownie za chwilę.",
    other: "Nie udało się. Proszę spróbować ponownie albo podać oznaczenie zakładowemu działowi IT.",
  },
};
