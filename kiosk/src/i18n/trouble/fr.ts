import { counting } from "../plural.ts";
import type { TroubleWords } from "./en.ts";

const count = counting<"one" | "other">("fr");

export const trouble: TroubleWords = {
  banner: {
    answers: (n) =>
      count(n, {
        one: "# réponse n'est que sur cet écran – ne partez pas",
        other: "# réponses ne sont que sur cet écran – ne partez pas",
      }),
    silent: "L'ordinateur de l'usine ne répond pas – veuillez rester devant cet écran",
    trying: "L'enregistrement se fait tout seul dès que l'ordinateur de l'usine répond.",
    trying_plain: "La borne réessaie toute seule.",
  },
  offline: {
    answers_memory: (n) =>
      count(n, {
        one: "# réponse n'est que dans cette page – ne partez pas, n'éteignez pas",
        other: "# réponses ne sont que dans cette page – ne partez pas, n'éteignez pas",
      }),
    memory:
      "Ce navigateur ne peut pas garder les réponses après un redémarrage. Chacune est en sécurité quand il est écrit : enregistré à l'usine.",
    memory_full:
      "La mémoire de cet écran est pleine. Chaque réponse est en sécurité quand il est écrit : enregistré à l'usine.",
    box_delayed: "L'ordinateur de l'usine ne peut pas enregistrer pour l'instant. Il réessaie tout seul.",
    box_delayed_title: (n) =>
      count(n, {
        one: "# réponse n'est que sur cet écran – l'ordinateur de l'usine ne peut pas enregistrer",
        other: "# réponses ne sont que sur cet écran – l'ordinateur de l'usine ne peut pas enregistrer",
      }),
    time_here: "Compté par cet écran",
    somebody_waits:
      "Des réponses de quelqu'un n'attendent que sur cet écran. Elles partent quand cette personne se connecte ici.",
    paper_waits:
      "Une demande ou une décision signée par quelqu'un est sans réponse. Elle attend cette personne sur cet écran.",
    sign_again:
      "Vous avez déjà signé ce test, mais l'usine ne l'avait pas reçu. Signez encore une fois ; cela ne compte qu'une fois.",
    leave_title: "Tout n'est pas encore enregistré",
    leave_lead:
      "Ce que vous avez saisi n'est que sur cet écran. Si vous restez, l'enregistrement se fait dès que l'ordinateur de l'usine répond. Si vous partez, cela attend que vous vous connectiez de nouveau sur cet écran.",
    leave_signed:
      "Quelque chose que vous avez signé est sans réponse. Cela attend sur cet écran que vous l'envoyiez de nouveau avec votre code PIN ; cela ne compte qu'une fois.",
    leave_stay: "Rester ici",
    other_release:
      "Pour cela, la borne doit charger une nouvelle version. Elle le fait toute seule après votre déconnexion.",
  },
  attention: {
    title: "À traiter",
    lead: "Rien n'a été jeté. Ce que l'usine n'a pas pris est gardé sur cet écran.",
    notice: (n) => count(n, { one: "# entrée est à traiter", other: "# entrées sont à traiter" }),
    happened: {
      answered_elsewhere:
        "Cette question a aussi reçu une réponse sur un autre écran. C'est celle-là qui compte ; celle-ci est gardée.",
      attempt_closed: "Le test était fermé, ou son temps écoulé, avant que ceci n'arrive à l'usine.",
      key_reused: "L'usine a déjà autre chose sous le même numéro. Les deux sont gardés.",
      not_found: "L'ordinateur de l'usine ne connaît plus ce test.",
      other: "L'ordinateur de l'usine n'a pas accepté ceci.",
    },
    submission: "Votre signature",
    question: (n) => `Question ${n}`,
    kept_at: (time) => `Gardé sur cet écran depuis ${time}`,
    reference: "Référence",
    call: "Qui appeler",
    call_unknown: "Votre chef d'équipe ou l'informatique de l'usine",
    show: "Montrer ma réponse",
    hide: "Cacher ma réponse",
    your_answer: "Votre réponse",
    no_answer: "La réponse a été retirée.",
    go_on: "Continuer",
  },
  elsewhere: {
    title: "Connecté sur un autre écran",
    lead: "Vous vous êtes connecté sur un autre écran, votre test s'est donc arrêté ici.",
    unsaved: (n) =>
      count(n, {
        one: "# réponse de cet écran est gardée et part quand vous continuez ici.",
        other: "# réponses de cet écran sont gardées et partent quand vous continuez ici.",
      }),
    take_over: "Continuer ici",
    leave: "Se déconnecter ici",
  },
  problems: {
    wrong_badge_or_pin: "Le badge et le code PIN ne vont pas ensemble. Veuillez réessayer.",
    wrong_pin: "Ce n'est pas votre code PIN. Veuillez réessayer.",
    locked_out: "Trop d'essais erronés. Veuillez patienter, ou demandez à votre chef d'équipe.",
    attempt_closed: "Ce test est fermé. Il n'accepte plus de réponses.",
    no_attempts_left: "Il ne reste plus d'essais pour ce test. Demandez à votre chef d'équipe.",
    already_passed: "Vous avez déjà réussi ce test.",
    assignment_expired: "Cette affectation a expiré. Demandez à votre chef d'équipe.",
    bad_language:
      "Ce test ne peut pas être commencé dans cette langue. Veuillez en choisir une qui est validée.",
    not_open_yet: "Ce test n'est pas encore ouvert.",
    not_found: "L'ordinateur de l'usine n'a plus ceci. Veuillez regarder de nouveau la liste.",
    package_unusable:
      "Ce test ne peut pas être passé sur cet ordinateur de l'usine. Veuillez donner la référence à l'informatique de l'usine.",
    storage:
      "L'ordinateur de l'usine ne peut pas enregistrer de façon sûre. Rien n'est perdu ; veuillez prévenir l'informatique.",
    unavailable: "L'ordinateur de l'usine est occupé. Veuillez réessayer dans un instant.",
    key_reused:
      "L'ordinateur de l'usine a déjà autre chose sous ce numéro. Veuillez prévenir votre chef d'équipe.",
    unreachable: "L'ordinateur de l'usine ne répond pas. Veuillez réessayer dans un instant.",
    other: "Cela n'a pas fonctionné. Veuillez réessayer, ou donnez la référence à l'informatique de l'usine.",
  },
};
