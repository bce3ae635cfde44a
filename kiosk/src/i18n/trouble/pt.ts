import { counting } from "../plural.ts";
import type { TroubleWords } from "./en.ts";

const count = counting<"one" | "other">("pt");

export const trouble: TroubleWords = {
  banner: {
    answers: (n) =>
      count(n, {
        one: "# resposta está só neste ecrã – não saia daqui",
        other: "# respostas estão só neste ecrã – não saia daqui",
      }),
    silent: "O computador da fábrica não responde – fique junto deste ecrã, por favor",
    trying: "Fica guardado sozinho assim que o computador da fábrica responder.",
    trying_plain: "O terminal continua a tentar sozinho.",
  },
  offline: {
    answers_memory: (n) =>
      count(n, {
        one: "# resposta está só nesta página – não saia daqui, não desligue",
        other: "# respostas estão só nesta página – não saia daqui, não desligue",
      }),
    memory:
      "Este navegador não consegue manter respostas depois de reiniciar. Cada uma está segura quando diz: guardado na fábrica.",
    memory_full:
      "A memória deste ecrã está cheia. Cada resposta está segura quando diz: guardado na fábrica.",
    box_delayed: "O computador da fábrica não consegue guardar neste momento. Continua a tentar sozinho.",
    box_delayed_title: (n) =>
      count(n, {
        one: "# resposta está só neste ecrã – o computador da fábrica não consegue guardar",
        other: "# respostas estão só neste ecrã – o computador da fábrica não consegue guardar",
      }),
    time_here: "Contado por este ecrã",
    somebody_waits:
      "Há respostas de alguém à espera só neste ecrã. São enviadas quando essa pessoa entrar aqui.",
    paper_waits:
      "Um pedido ou uma decisão que alguém assinou está sem resposta. Espera por essa pessoa neste ecrã.",
    sign_again:
      "Já assinou este teste, mas a fábrica não o tinha recebido. Assine mais uma vez; só conta uma vez.",
    leave_title: "Ainda não está tudo guardado",
    leave_lead:
      "O que fez está só neste ecrã. Se ficar, é guardado assim que o computador da fábrica responder. Se sair, fica à espera até entrar de novo neste ecrã.",
    leave_signed:
      "Algo que assinou está sem resposta. Espera neste ecrã até o enviar de novo com o seu PIN; só conta uma vez.",
    leave_stay: "Ficar aqui",
    other_release:
      "Para isto, o terminal tem de carregar uma versão nova. Fá-lo sozinho depois de terminar a sessão.",
  },
  attention: {
    title: "Precisa de atenção",
    lead: "Nada foi deitado fora. O que a fábrica não aceitou está guardado neste ecrã.",
    notice: (n) => count(n, { one: "# entrada precisa de atenção", other: "# entradas precisam de atenção" }),
    happened: {
      answered_elsewhere:
        "Esta pergunta também foi respondida noutro ecrã. Conta a resposta de lá; esta fica guardada.",
      attempt_closed: "O teste foi fechado, ou o tempo acabou, antes de isto chegar à fábrica.",
      key_reused: "A fábrica já tem outra coisa com o mesmo número. As duas ficam guardadas.",
      not_found: "O computador da fábrica já não conhece este teste.",
      other: "O computador da fábrica não aceitou isto.",
    },
    submission: "A sua assinatura",
    question: (n) => `Pergunta ${n}`,
    kept_at: (time) => `Guardado neste ecrã desde ${time}`,
    reference: "Referência",
    call: "A quem ligar",
    call_unknown: "O seu chefe de equipa ou a informática da fábrica",
    show: "Mostrar o que respondi",
    hide: "Esconder o que respondi",
    your_answer: "A sua resposta",
    no_answer: "A resposta foi retirada.",
    go_on: "Continuar",
  },
  elsewhere: {
    title: "Sessão iniciada noutro ecrã",
    lead: "Iniciou sessão noutro ecrã; por isso o seu teste parou aqui.",
    unsaved: (n) =>
      count(n, {
        one: "# resposta deste ecrã fica guardada e é enviada quando continuar aqui.",
        other: "# respostas deste ecrã ficam guardadas e são enviadas quando continuar aqui.",
      }),
    take_over: "Continuar aqui",
    leave: "Sair aqui",
  },
  problems: {
    wrong_badge_or_pin: "O cartão e o PIN não correspondem. Tente de novo, por favor.",
    wrong_pin: "Esse não é o seu PIN. Tente de novo, por favor.",
    locked_out: "Demasiadas tentativas erradas. Espere, por favor, ou pergunte ao seu chefe de equipa.",
    attempt_closed: "Este teste está fechado. Já não aceita respostas.",
    no_attempts_left: "Já não há tentativas para este teste. Pergunte ao seu chefe de equipa.",
    already_passed: "Já passou neste teste.",
    assignment_expired: "O prazo desta atribuição acabou. Pergunte ao seu chefe de equipa.",
    bad_language: "Este teste não pode ser começado neste idioma. Escolha um que esteja aprovado, por favor.",
    not_open_yet: "Este teste ainda não está aberto.",
    not_found: "O computador da fábrica já não tem isto. Veja a lista de novo, por favor.",
    package_unusable:
      "Este teste não pode ser feito neste computador da fábrica. Dê a referência à informática da fábrica, por favor.",
    storage:
      "O computador da fábrica não consegue guardar em segurança neste momento. Nada se perdeu; avise a informática da fábrica, por favor.",
    unavailable: "O computador da fábrica está ocupado. Tente de novo daqui a pouco, por favor.",
    key_reused:
      "O computador da fábrica já tem outra coisa com este número. Avise o seu chefe de equipa, por favor.",
    unreachable: "O computador da fábrica não responde. Tente de novo daqui a pouco, por favor.",
    other: "Não resultou. Tente de novo, por favor, ou dê a referência à informática da fábrica.",
  },
};
