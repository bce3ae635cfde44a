import { counting } from "../plural.ts";
import type { TroubleWords } from "./en.ts";

const count = counting<"other">("tr");

export const trouble: TroubleWords = {
  banner: {
    answers: (n) => count(n, { other: "# yanıt yalnızca bu ekranda – lütfen ayrılmayın" }),
    silent: "Fabrika bilgisayarı yanıt vermiyor – lütfen bu ekranda kalın",
    trying: "Fabrika bilgisayarı yanıt verince kendiliğinden kaydedilir.",
    trying_plain: "Terminal kendiliğinden denemeye devam ediyor.",
  },
  offline: {
    answers_memory: (n) => count(n, { other: "# yanıt yalnızca bu sayfada – ayrılmayın, kapatmayın" }),
    memory:
      "Bu tarayıcı yanıtları yeniden başlatınca saklayamaz. Şu yazınca her biri güvendedir: fabrikada kaydedildi.",
    memory_full: "Bu ekranın belleği dolu. Şu yazınca her yanıt güvendedir: fabrikada kaydedildi.",
    box_delayed: "Fabrika bilgisayarı şu anda kaydedemiyor. Kendiliğinden denemeye devam ediyor.",
    box_delayed_title: (n) =>
      count(n, { other: "# yanıt yalnızca bu ekranda – fabrika bilgisayarı kaydedemiyor" }),
    time_here: "Bu ekran sayıyor",
    somebody_waits: "Birinin yanıtları yalnızca bu ekranda bekliyor. O kişi burada oturum açınca gönderilir.",
    paper_waits: "Birinin imzaladığı talep veya karar yanıtsız kaldı. Bu ekranda o kişiyi bekliyor.",
    sign_again:
      "Bu testi daha önce imzaladınız ama fabrikaya ulaşmamıştı. Bir kez daha imzalayın; bir kez sayılır.",
    leave_title: "Henüz her şey kaydedilmedi",
    leave_lead:
      "Yaptıklarınız yalnızca bu ekranda. Kalırsanız fabrika bilgisayarı yanıt verince kaydedilir. Ayrılırsanız bu ekranda yeniden oturum açana kadar bekler.",
    leave_signed:
      "İmzaladığınız bir şey yanıtsız kaldı. PIN kodunuzla yeniden gönderene kadar bu ekranda bekler; bir kez sayılır.",
    leave_stay: "Burada kal",
    other_release:
      "Bunun için terminalin yeni bir sürüm yüklemesi gerekiyor. Oturumu kapattığınızda bunu kendiliğinden yapar.",
  },
  attention: {
    title: "İlgilenilmeli",
    lead: "Hiçbir şey atılmadı. Fabrikanın kabul etmediği bu ekranda saklanıyor.",
    notice: (n) => count(n, { other: "# kayıtla ilgilenilmeli" }),
    happened: {
      answered_elsewhere:
        "Bu soru başka bir ekranda da yanıtlandı. Oradaki yanıt geçerli; bu yanıt saklanıyor.",
      attempt_closed: "Bu fabrikaya ulaşmadan önce test kapatıldı veya süresi doldu.",
      key_reused: "Fabrikada aynı numarayla başka bir kayıt zaten var. İkisi de saklanıyor.",
      not_found: "Fabrika bilgisayarı bu testi artık tanımıyor.",
      other: "Fabrika bilgisayarı bunu kabul etmedi.",
    },
    submission: "İmzanız",
    question: (n) => `Soru ${n}`,
    kept_at: (time) => `Bu ekranda saklanıyor, başlangıç: ${time}`,
    reference: "Referans",
    call: "Kime haber verilecek",
    call_unknown: "Ekip lideriniz veya fabrika bilgi işlem",
    show: "Yanıtımı göster",
    hide: "Yanıtımı gizle",
    your_answer: "Yanıtınız",
    no_answer: "Yanıt geri alındı.",
    go_on: "Devam et",
  },
  elsewhere: {
    title: "Başka bir ekranda oturum açıldı",
    lead: "Başka bir ekranda oturum açtınız, bu yüzden testiniz burada durdu.",
    unsaved: (n) =>
      count(n, { other: "Bu ekrandaki # yanıt saklandı; burada devam ettiğinizde gönderilir." }),
    take_over: "Burada devam et",
    leave: "Burada oturumu kapat",
  },
  problems: {
    wrong_badge_or_pin: "Kart ve PIN kodu birbirine uymuyor. Lütfen tekrar deneyin.",
    wrong_pin: "Bu sizin PIN kodunuz değil. Lütfen tekrar deneyin.",
    locked_out: "Çok fazla yanlış deneme. Lütfen bekleyin veya ekip liderinize danışın.",
    attempt_closed: "Bu test kapandı. Artık yanıt kabul etmiyor.",
    no_attempts_left: "Bu test için hakkınız kalmadı. Ekip liderinize danışın.",
    already_passed: "Bu testi zaten geçtiniz.",
    assignment_expired: "Bu görevin süresi doldu. Ekip liderinize danışın.",
    bad_language: "Bu teste bu dilde başlanamaz. Lütfen onaylı bir dil seçin.",
    not_open_yet: "Bu test henüz açık değil.",
    not_found: "Bu artık fabrika bilgisayarında yok. Lütfen listeye tekrar bakın.",
    package_unusable:
      "Bu teste bu fabrika bilgisayarında girilemez. Lütfen referansı fabrika bilgi işleme söyleyin.",
    storage:
      "Fabrika bilgisayarı şu anda güvenle kaydedemiyor. Hiçbir şey kaybolmadı; lütfen fabrika bilgi işleme haber verin.",
    unavailable: "Fabrika bilgisayarı meşgul. Lütfen birazdan tekrar deneyin.",
    key_reused:
      "Fabrika bilgisayarında bu numarayla başka bir kayıt zaten var. Lütfen ekip liderinize haber verin.",
    unreachable: "Fabrika bilgisayarı yanıt vermiyor. Lütfen birazdan tekrar deneyin.",
    other: "Bu işlem olmadı. Lütfen tekrar deneyin veya referansı fabrika bilgi işleme söyleyin.",
  },
};
