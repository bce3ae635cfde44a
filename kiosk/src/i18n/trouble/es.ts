import { counting } from "../plural.ts";
import type { TroubleWords } from "./en.ts";

const count = counting<"one" | "other">("es");

export const trouble: TroubleWords = {
  banner: {
    answers: (n) =>
      count(n, {
        one: "# respuesta está solo en esta pantalla – no se vaya",
        other: "# respuestas están solo en esta pantalla – no se vaya",
      }),
    silent: "El ordenador de la planta no responde – quédese en esta pantalla, por favor",
    trying: "Se guarda solo en cuanto el ordenador de la planta responda.",
    trying_plain: "El terminal lo sigue intentando solo.",
  },
  offline: {
    answers_memory: (n) =>
      count(n, {
        one: "# respuesta está solo en esta página – no se vaya ni apague",
        other: "# respuestas están solo en esta página – no se vaya ni apague",
      }),
    memory:
      "Este navegador no puede conservar respuestas si se reinicia. Cada una está a salvo cuando pone: guardado en la planta.",
    memory_full:
      "La memoria de esta pantalla está llena. Cada respuesta está a salvo cuando pone: guardado en la planta.",
    box_delayed: "El ordenador de la planta no puede guardar en este momento. Lo sigue intentando solo.",
    box_delayed_title: (n) =>
      count(n, {
        one: "# respuesta está solo en esta pantalla – el ordenador de la planta no puede guardar",
        other: "# respuestas están solo en esta pantalla – el ordenador de la planta no puede guardar",
      }),
    time_here: "Contado por esta pantalla",
    somebody_waits:
      "Hay respuestas de alguien que esperan solo en esta pantalla. Se envían cuando esa persona entra aquí.",
    paper_waits:
      "Una solicitud o decisión firmada por alguien sigue sin respuesta. Espera a esa persona en esta pantalla.",
    sign_again:
      "Usted ya firmó esta prueba, pero la planta no la había recibido. Firme otra vez; solo cuenta una vez.",
    leave_title: "Todavía no está todo guardado",
    leave_lead:
      "Lo que ha hecho está solo en esta pantalla. Si se queda, se guarda en cuanto el ordenador de la planta responda. Si se va, espera hasta que vuelva a iniciar sesión en esta pantalla.",
    leave_signed:
      "Algo que usted firmó sigue sin respuesta. Espera en esta pantalla hasta que lo envíe otra vez con su PIN; solo cuenta una vez.",
    leave_stay: "Quedarse aquí",
    other_release:
      "Para esto, el terminal tiene que cargar una versión nueva. Lo hace solo en cuanto usted cierre la sesión.",
  },
  attention: {
    title: "Requiere atención",
    lead: "No se ha tirado nada. Lo que la planta no aceptó se conserva en esta pantalla.",
    notice: (n) => count(n, { one: "# entrada requiere atención", other: "# entradas requieren atención" }),
    happened: {
      answered_elsewhere:
        "Esta pregunta se contestó también en otra pantalla. Cuenta la respuesta de allí; esta se conserva.",
      attempt_closed: "La prueba se cerró, o se acabó su tiempo, antes de que esto llegara a la planta.",
      key_reused: "La planta ya tiene otra cosa con el mismo número. Se conservan las dos.",
      not_found: "El ordenador de la planta ya no conoce esta prueba.",
      other: "El ordenador de la planta no ha aceptado esto.",
    },
    submission: "Su firma",
    question: (n) => `Pregunta ${n}`,
    kept_at: (time) => `Conservado en esta pantalla desde ${time}`,
    reference: "Referencia",
    call: "A quién llamar",
    call_unknown: "Su jefe de equipo o informática de la planta",
    show: "Mostrar lo que contesté",
    hide: "Ocultar lo que contesté",
    your_answer: "Su respuesta",
    no_answer: "La respuesta se retiró.",
    go_on: "Continuar",
  },
  elsewhere: {
    title: "Sesión abierta en otra pantalla",
    lead: "Ha iniciado sesión en otra pantalla; por eso su prueba se ha detenido aquí.",
    unsaved: (n) =>
      count(n, {
        one: "# respuesta de esta pantalla se conserva y se envía cuando usted continúa aquí.",
        other: "# respuestas de esta pantalla se conservan y se envían cuando usted continúa aquí.",
      }),
    take_over: "Continuar aquí",
    leave: "Cerrar sesión aquí",
  },
  problems: {
    wrong_badge_or_pin: "La tarjeta y el PIN no coinciden. Vuelva a intentarlo, por favor.",
    wrong_pin: "Ese no es su PIN. Vuelva a intentarlo, por favor.",
    locked_out: "Demasiados intentos fallidos. Espere, por favor, o pregunte a su jefe de equipo.",
    attempt_closed: "Esta prueba está cerrada. Ya no admite respuestas.",
    no_attempts_left: "No quedan intentos para esta prueba. Pregunte a su jefe de equipo.",
    already_passed: "Usted ya ha superado esta prueba.",
    assignment_expired: "Esta asignación ha caducado. Pregunte a su jefe de equipo.",
    bad_language: "Esta prueba no se puede empezar en este idioma. Elija uno que esté aprobado, por favor.",
    not_open_yet: "Esta prueba todavía no está abierta.",
    not_found: "El ordenador de la planta ya no tiene esto. Vuelva a mirar la lista, por favor.",
    package_unusable:
      "Esta prueba no se puede hacer en este ordenador de la planta. Dé la referencia a informática de la planta, por favor.",
    storage:
      "El ordenador de la planta no puede guardar de forma segura en este momento. No se ha perdido nada; avise a informática de la planta, por favor.",
    unavailable: "El ordenador de la planta está ocupado. Vuelva a intentarlo enseguida, por favor.",
    key_reused:
      "El ordenador de la planta ya tiene otra cosa con este número. Avise a su jefe de equipo, por favor.",
    unreachable: "El ordenador de la planta no responde. Vuelva a intentarlo enseguida, por favor.",
    other: "No ha funcionado. Vuelva a intentarlo, por favor, o dé la referencia a informática de la planta.",
  },
};
