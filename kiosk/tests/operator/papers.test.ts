import { expect, test, vi } from "vitest";
import type { SavedDecision, SavedRequest } from "../../src/api/box_api.ts";
import { type WorkflowStep, withUnconfirmed } from "../../src/domain/decision.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { PastRequest } from "../../src/domain/request.ts";
import { Kiosk } from "../../src/operator/kiosk.ts";
import { FakeBox, kAttempt, kSilence, ok, problem, session } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { arrives, settled, useStandInPage } from "./people.ts";

useStandInPage();

const kSaved = { event_id: "ev-1", steps: [] } as unknown as SavedRequest & SavedDecision;
const kStep = { workflow_id: "wf-1", step_id: "approval", workflow_version: 3 } as WorkflowStep;

/** A box that takes papers, and notes the key of each. */
class Office extends FakeBox {
  readonly keys: string[] = [];
  answer: () => ReturnType<FakeBox["request"]> = async () => ok(kSaved);
  override request(...[draft]: Parameters<FakeBox["request"]>) {
    this.keys.push(draft.submission_key);
    return this.answer();
  }
  override decide(...[, key]: Parameters<FakeBox["decide"]>) {
    this.keys.push(key);
    return this.answer() as unknown as ReturnType<FakeBox["decide"]>;
  }
}

async function at_the_desk() {
  const box = new Office();
  const store = new MemoryStore();
  return { box, store, kiosk: await arrives(box, store) };
}

test("a request whose answer was lost with the page is sent again under its key, and is one", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  kiosk.desk.showRequest(false);
  expect(await kiosk.desk.sendRequest("1234", { en: "Training" })).toBe("unreachable");
  expect(JSON.stringify(store.seen)).not.toContain("1234");

  const again = await arrives(box, store);
  await settled();
  expect(again.leaving.behind.peek()).toBe(true);
  again.desk.showRequest(false);
  expect(again.desk.draft.peek()).toMatchObject({ submission_key: box.keys[0], frozen: true });
  box.answer = async () => ok(kSaved);
  expect(await again.desk.sendRequest("1234", { en: "Training" })).toBeNull();
  expect(new Set(box.keys).size).toBe(1);
  expect(store.written.size).toBe(0);
  expect(again.leaving.behind.peek()).toBe(false);
});

test("it is written down before it goes", async () => {
  const { box, store, kiosk } = await at_the_desk();
  let written = 0;
  box.answer = async () => {
    written = store.written.size;
    return ok(kSaved);
  };
  kiosk.desk.showRequest(false);
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  expect(written).toBe(1);
  expect(store.written.size).toBe(0);
});

test("a decision whose answer was lost with the page is sent again under its key", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  kiosk.desk.showDecision(kStep);
  kiosk.desk.changeDecision({ decision: "approve" });
  expect(await kiosk.desk.sendDecision("1234", { en: "Training" })).toBe("unreachable");

  const again = await arrives(box, store);
  await settled();
  expect(again.leaving.behind.peek()).toBe(true);
  expect(again.desk.isUnconfirmed(kStep)).toBe(true);
  expect(withUnconfirmed([], again.desk.unconfirmed.peek())).toEqual([kStep]);
  expect(withUnconfirmed([kStep], again.desk.unconfirmed.peek())).toEqual([kStep]);
  again.desk.showDecision(kStep);
  expect(again.desk.deciding.peek()?.draft).toMatchObject({ submission_key: box.keys[0], frozen: true });
  // A wrong PIN says nothing about the try before it.
  box.answer = async () => problem(401, "wrong-pin");
  expect(await again.desk.sendDecision("0000", { en: "Training" })).toMatchObject({ code: "wrong-pin" });
  expect(store.written.size).toBe(1);
  box.answer = async () => ok(kSaved);
  expect(await again.desk.sendDecision("1234", { en: "Training" })).toBeNull();
  expect(new Set(box.keys).size).toBe(1);
  expect(store.written.size).toBe(0);
  expect([again.leaving.behind.peek(), again.desk.isUnconfirmed(kStep)]).toEqual([false, false]);
});

const kConflict: Outcome<never> = {
  kind: "problem",
  problem: { code: "key-reused", status: 409, detail: "", retry_after_s: null, reference: "KC-12" },
};

test("what the box has under that key as something else is kept with its reference, and never sent again", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kConflict;
  kiosk.desk.showRequest(false);
  expect(await kiosk.desk.sendRequest("1234", { en: "Training" })).toBeNull();
  expect(kiosk.screen.peek()).toMatchObject({ name: "attention" });
  expect(kiosk.desk.draft.peek()).toBeNull();
  kiosk.desk.showDecision(kStep);
  kiosk.desk.changeDecision({ decision: "reject", reason: "No place" });
  expect(await kiosk.desk.sendDecision("1234", { en: "Retest" })).toBeNull();
  expect(kiosk.screen.peek()).toMatchObject({ name: "attention" });
  expect(kiosk.desk.deciding.peek()).toBeNull();
  await settled();
  expect([kiosk.desk.unanswered, kiosk.leaving.behind.peek(), store.written.size]).toEqual([0, false, 0]);

  const again = await arrives(box, store);
  await settled();
  expect(again.outbox.keptOf("op-1")).toMatchObject([
    {
      submission_key: box.keys[0],
      reference: "KC-12",
      row: { kind: "paper", place: { title: { en: "Training" } } },
    },
    { submission_key: box.keys[1], reference: "KC-12", row: { paper: { draft: { reason: "No place" } } } },
  ]);
  expect(again.outbox.keptOf("op-2")).toEqual([]);
  expect(box.keys).toHaveLength(2);
});

test("a conflict that is heard when its operator has gone is theirs, and takes nobody else anywhere", async () => {
  const { box, kiosk } = await at_the_desk();
  let answer: (outcome: Outcome<never>) => void = () => undefined;
  box.answer = () => new Promise((resolve) => (answer = resolve));
  kiosk.desk.showRequest(false);
  const sent = kiosk.desk.sendRequest("1234", { en: "Training" });
  await settled();
  await kiosk.signOut();
  answer(kConflict);
  await sent;
  expect(kiosk.screen.peek().name).toBe("attract");
  expect([kiosk.outbox.keptOf("op-1").length, kiosk.outbox.keptOf("op-2").length]).toEqual([1, 0]);
});

test("a conflict that the browser cannot keep does not take the paper from its disk, nor a later one", async () => {
  const { box, store, kiosk } = await at_the_desk();
  const keep = store.keep.bind(store);
  store.keep = () => Promise.reject(new Error("no room"));
  box.answer = async () => kConflict;
  kiosk.desk.showRequest(false);
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  await settled();
  expect([...store.written.values()].map(({ draft }) => draft.submission_key)).toEqual([box.keys[0]]);
  expect(kiosk.outbox.keptOf("op-1")).toHaveLength(1);

  box.answer = async () => kSilence;
  kiosk.desk.showRequest(false);
  await kiosk.desk.sendRequest("1234", { en: "Retest" });
  store.keep = keep;
  await kiosk.outbox.signed(kAttempt, "op-1", "s1");
  await settled();
  expect(store.kept.map(({ submission_key }) => submission_key)).toEqual([box.keys[0]]);
  expect([...store.written.values()].map(({ draft }) => draft.submission_key)).toEqual([box.keys[1]]);
});

test("another operator neither sees nor sends it", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  kiosk.desk.showRequest(false);
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  box.next_sign_in = ok(session("op-2"));
  const other = await arrives(box, store);
  await settled();
  other.desk.showRequest(false);
  expect(other.desk.draft.peek()?.submission_key).not.toBe(box.keys[0]);
  expect(other.desk.draft.peek()?.frozen).toBe(false);
  expect([other.leaving.behind.peek(), other.desk.unanswered]).toEqual([false, 1]);
  expect(store.written.size).toBe(1);
});

test("a browser that writes nothing keeps it as long as the page, and holds nothing up", async () => {
  const { box, store, kiosk } = await at_the_desk();
  store.fails = new Error("no room");
  box.answer = async () => kSilence;
  kiosk.desk.showRequest(false);
  expect(await kiosk.desk.sendRequest("1234", { en: "Training" })).toBe("unreachable");
  expect(kiosk.desk.unanswered).toBe(1);
  expect([kiosk.desk.forgetful, kiosk.desk.outlasts_page]).toEqual([true, false]);
  store.keepPaper = () => new Promise(() => undefined);
  box.answer = async () => ok(kSaved);
  const sent = kiosk.desk.sendRequest("1234", { en: "Training" });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await sent).toBeNull();
  expect(kiosk.desk.unanswered).toBe(0);
});

test("a paper that the browser takes late, or at the second try, is as safe as any other", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  let write: () => void = () => undefined;
  const keep = store.keepPaper.bind(store);
  store.keepPaper = (paper) =>
    new Promise((resolve) => {
      write = () => resolve(keep(paper));
    });
  kiosk.desk.showRequest(false);
  const sent = kiosk.desk.sendRequest("1234", { en: "Training" });
  expect([kiosk.desk.forgetful, kiosk.desk.outlasts_page]).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(3_000);
  await sent;
  expect([kiosk.desk.forgetful, kiosk.desk.outlasts_page]).toEqual([true, false]);
  write();
  await settled();
  expect([kiosk.desk.forgetful, kiosk.desk.outlasts_page]).toEqual([false, true]);

  store.keepPaper = () => Promise.reject(new Error("no room"));
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  expect(kiosk.desk.forgetful).toBe(true);
  store.keepPaper = keep;
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  expect([kiosk.desk.forgetful, kiosk.desk.outlasts_page]).toEqual([false, true]);
});

test("a step that was opened again is another step: the word that was given before does not answer it", async () => {
  const { box, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  kiosk.desk.showDecision(kStep);
  kiosk.desk.changeDecision({ decision: "approve" });
  await kiosk.desk.sendDecision("1234", { en: "Training" });
  const reopened = { ...kStep, workflow_version: 4 };
  expect(kiosk.desk.isUnconfirmed(reopened)).toBe(false);
  expect(withUnconfirmed([reopened], kiosk.desk.unconfirmed.peek())).toEqual([reopened, kStep]);
  kiosk.desk.showDecision(reopened);
  kiosk.desk.changeDecision({ decision: "reject", reason: "No place" });
  expect(kiosk.desk.deciding.peek()?.draft).toMatchObject({ decision: "reject", frozen: false });
  expect(kiosk.desk.deciding.peek()?.draft.submission_key).not.toBe(box.keys[0]);
});

test("what is refused for good after silence can be changed, and goes as something new", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  kiosk.desk.showRequest(false);
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  box.answer = async () => problem(400, "bad-request");
  expect(await kiosk.desk.sendRequest("1234", { en: "Training" })).toMatchObject({ code: "bad-request" });
  expect(store.written.size).toBe(0);
  expect(kiosk.desk.draft.peek()).toMatchObject({ frozen: false });
  box.answer = async () => ok(kSaved);
  expect(await kiosk.desk.sendRequest("1234", { en: "Training" })).toBeNull();
  expect(new Set(box.keys).size).toBe(2);
});

test("a request is kept when the sign-in ends under it, and the screen says that it has ended", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => problem(401, "not-signed-in");
  kiosk.desk.showRequest(false);
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  expect(kiosk.screen.peek()).toMatchObject({
    name: "identify",
    locked: { reason: "expired", sitting: null },
  });
  expect(kiosk.hindrance.peek()).toBeNull();
  expect(store.written.size).toBe(1);
  await kiosk.signIn({ badge: "10001" }, "1234");
  await settled();
  expect(kiosk.screen.peek().name).toBe("work");
  expect(kiosk.desk.draft.peek()).toMatchObject({ submission_key: box.keys[0] });
});

test("papers that could not be read at first are read when their operator comes", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  kiosk.desk.showRequest(false);
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  const papers = store.papers.bind(store);
  let fails = true;
  store.papers = () => (fails ? Promise.reject(new Error("not yet")) : papers());
  const again = new Kiosk(box, "test", store);
  await again.start();
  await settled();
  fails = false;
  again.identify("10001");
  await again.signIn({ badge: "10001" }, "1234");
  await again.goOn();
  await settled();
  again.desk.showRequest(false);
  expect(again.desk.draft.peek()).toMatchObject({ submission_key: box.keys[0], frozen: true });
});

test("a request that the box lists is saved: what was said of it before is forgotten", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  kiosk.desk.showRequest(false);
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  const listed = (event_id: string | undefined) => async () =>
    ok({ as_of: null, assignments: [], results: [], requests: [{ event_id } as unknown as PastRequest] });
  box.work_list = listed("another");
  await kiosk.showWork();
  await settled();
  expect([kiosk.desk.draft.peek()?.frozen, store.written.size]).toEqual([true, 1]);

  // Once under the eyes of whoever is about to send it again, then not.
  box.work_list = listed(box.keys[0]);
  const list = kiosk.showWork();
  kiosk.desk.showRequest(false);
  await list;
  await settled();
  expect([kiosk.desk.draft.peek()?.frozen, store.written.size]).toEqual([true, 0]);
  await kiosk.showWork();
  await settled();
  expect([kiosk.desk.draft.peek(), kiosk.leaving.behind.peek()]).toEqual([null, false]);
});

test("a decision that the box lists as the leader's own is saved, another's is not, nor one on the step before", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  kiosk.desk.showDecision(kStep);
  kiosk.desk.changeDecision({ decision: "approve" });
  await kiosk.desk.sendDecision("1234", { en: "Training" });
  const decided = { ...kStep, state: "sent", decided_by: { id: "op-1", name: "Operator" } } as const;
  for (const [step, written] of [
    [{ ...decided, state: "open", decided_by: null }, 1],
    [{ ...decided, decided_by: { id: "op-2", name: "Another" } }, 1],
    [{ ...decided, workflow_version: 2 }, 1],
    [decided, 0],
  ] as const) {
    box.decisions = async () => ok({ as_of: null, steps: [step] });
    await kiosk.desk.showLeader();
    await settled();
    expect(store.written.size).toBe(written);
  }
  expect([kiosk.desk.isUnconfirmed(kStep), kiosk.leaving.behind.peek()]).toEqual([false, false]);
});

test("a request for others that the box lists for their leader is saved", async () => {
  const { box, store, kiosk } = await at_the_desk();
  box.answer = async () => kSilence;
  box.requestOnBehalf = (...asked) => box.request(...asked) as ReturnType<FakeBox["requestOnBehalf"]>;
  kiosk.desk.showRequest(true);
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  const requests = [{ event_id: box.keys[0] } as PastRequest];
  box.decisions = async () => ok({ as_of: null, steps: [], requests });
  await kiosk.desk.showLeader();
  await settled();
  expect([kiosk.desk.draft.peek(), store.written.size]).toEqual([null, 0]);
});
