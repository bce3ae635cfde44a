import { counting } from "../plural.ts";
import type { TroubleWords } from "./en.ts";

const count = counting<"other">("zh");

export const trouble: TroubleWords = {
  banner: {
    answers: (n) => count(n, { other: "# 个答案只在本屏幕上——请不要离开" }),
    silent: "工厂主机没有回应——请留在本屏幕前",
    trying: "工厂主机一有回应就会自动保存。",
    trying_plain: "终端机正在自动重试。",
  },
  offline: {
    answers_memory: (n) => count(n, { other: "# 个答案只在本页面中——请不要离开，不要关机" }),
    memory: "本浏览器重新启动后无法保留答案。显示“已保存在工厂”后，该答案才是安全的。",
    memory_full: "本屏幕的存储空间已满。显示“已保存在工厂”后，该答案才是安全的。",
    box_delayed: "工厂主机目前无法保存，正在自动重试。",
    box_delayed_title: (n) => count(n, { other: "# 个答案只在本屏幕上——工厂主机无法保存" }),
    time_here: "由本屏幕计时",
    somebody_waits: "有人的答案只在本屏幕上等待。此人在这里登录后即会发送。",
    paper_waits: "有人已签署的申请或决定尚未得到答复，正在本屏幕上等待此人。",
    sign_again: "您已签过这份考试，但工厂没有收到。请再输入一次密码，只计一次。",
    leave_title: "还没有全部保存",
    leave_lead:
      "您所做的内容只在本屏幕上。留在这里，工厂主机一有回应就会保存；如果离开，要等您再次在本屏幕上登录后才会发送。",
    leave_stay: "留在这里",
  },
  attention: {
    title: "需要处理",
    lead: "没有丢弃任何内容。工厂未接受的内容保留在本屏幕上。",
    notice: (n) => count(n, { other: "# 条记录需要处理" }),
    happened: {
      answered_elsewhere: "这道题也在另一个屏幕上作答了。以那边的答案为准，这个答案已保留。",
      attempt_closed: "此内容到达工厂之前，考试已关闭或时间已到。",
      key_reused: "工厂在同一编号下已有其他内容。两者都已保留。",
      not_found: "工厂主机已找不到这份考试。",
      other: "工厂主机没有接受此内容。",
    },
    submission: "您的签名",
    question: (n) => `第 ${n} 题`,
    kept_at: (time) => `自 ${time} 起保留在本屏幕上`,
    reference: "编号",
    call: "请联系",
    call_unknown: "您的班组长或工厂信息技术部",
    show: "显示我的答案",
    hide: "隐藏我的答案",
    your_answer: "您的答案",
    no_answer: "答案已撤回。",
    go_on: "继续",
  },
  elsewhere: {
    title: "已在另一个屏幕上打开",
    lead: "您的考试已在另一个屏幕上打开，因此本屏幕已停止。",
    unsaved: (n) => count(n, { other: "本屏幕的 # 个答案已保留，您在此继续后即会发送。" }),
    take_over: "在此继续",
    leave: "留在那边并退出登录",
  },
  problems: {
    wrong_badge_or_pin: "工牌与密码不符。请重试。",
    wrong_pin: "密码不正确。请重试。",
    locked_out: "错误次数过多。请稍候，或联系您的班组长。",
    attempt_closed: "这份考试已关闭，不再接受答案。",
    no_attempts_left: "这份考试的机会已用完。请联系您的班组长。",
    already_passed: "您已通过这份考试。",
    assignment_expired: "此任务已过期。请联系您的班组长。",
    bad_language: "本考试不能以此语言开始。请选择已批准的语言。",
    not_open_yet: "这份考试尚未开放。",
    storage: "工厂主机目前无法安全保存。没有丢失任何内容；请通知工厂信息技术部。",
    unavailable: "工厂主机正忙。请稍后重试。",
    key_reused: "工厂主机在此编号下已有其他内容。请告诉您的班组长。",
    unreachable: "工厂主机没有回应。请稍后重试。",
    other: "操作未成功。请重试，或将编号告诉工厂信息技术部。",
  },
};
