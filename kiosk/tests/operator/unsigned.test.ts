// What was being filled in at the desk and not signed, when the screen was locked.

import { expect, test } from "vitest";
import type { SavedRequest } from "../../src/api/box_api.ts";
import type { WorkflowStep } from "../../src/domain/decision.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { FakeBox, ok, session } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { arrives, settled, useStandInPage } from "./people.ts";

useStandInPage();

const kSaved = { event_id: "ev-1", steps: [] } as unknown as SavedRequest;
const kStep = { workflow_id: "wf-1", step_id: "approval", workflow_version: 3 } as WorkflowStep;

async function at_the_desk() {
  const box = new FakeBox();
  return { box, kiosk: await arrives(box, new MemoryStore()) };
}

test("what was being filled in when the screen was locked is there again for whom it was, and for nobody else", async () => {
  const { box, kiosk } = await at_the_desk();
  box.requestChoices = async () => ok({ skills: [], reasons: [], people: [] });
  const comes = async (id: string) => {
    box.next_sign_in = ok(session(id));
    kiosk.identify(id);
    await kiosk.signIn({ badge: id }, "1234");
  };
  kiosk.desk.showRequest(false);
  await settled();
  kiosk.desk.change({ comment: "Half a sen" });
  kiosk.lock("idle");
  expect(kiosk.desk.draft.peek()).toBeNull();

  await comes("op-2");
  kiosk.desk.showRequest(false);
  expect(kiosk.desk.draft.peek()?.comment).toBe("");
  await kiosk.signOut();
  await comes("op-1");
  kiosk.desk.showRequest(true);
  expect(kiosk.desk.draft.peek()?.comment).toBe("");
  kiosk.desk.showRequest(false);
  expect(kiosk.desk.draft.peek()?.comment).toBe("Half a sen");
  // Once: whoever goes away from it by themselves begins anew, as always.
  kiosk.desk.showRequest(false);
  expect(kiosk.desk.draft.peek()?.comment).toBe("");

  kiosk.desk.showDecision(kStep);
  kiosk.desk.changeDecision({ decision: "reject", reason: "Not y" });
  kiosk.lock("expired");
  await comes("op-1");
  kiosk.desk.showDecision({ ...kStep, step_id: "another" });
  expect(kiosk.desk.deciding.peek()?.draft.decision).toBeNull();
  kiosk.desk.showDecision(kStep);
  expect(kiosk.desk.deciding.peek()?.draft).toMatchObject({ decision: "reject", reason: "Not y" });
});

test("who signs out leaves nothing that was being filled in", async () => {
  const { kiosk } = await at_the_desk();
  kiosk.desk.showDecision(kStep);
  kiosk.desk.changeDecision({ decision: "reject" });
  kiosk.lock("idle");
  for (const decision of ["reject", null]) {
    kiosk.identify("op-1");
    await kiosk.signIn({ badge: "op-1" }, "1234");
    if (decision === null) {
      kiosk.desk.showDecision(kStep);
      expect(kiosk.desk.deciding.peek()?.draft.decision).toBeNull();
    }
    await kiosk.signOut();
  }
});

test("what was signed and is on its way when the screen is locked is not offered as unsigned once it is saved", async () => {
  const { box, kiosk } = await at_the_desk();
  let answer: (outcome: Outcome<SavedRequest>) => void = () => undefined;
  box.requestChoices = async () => ok({ skills: [], reasons: [], people: [] });
  box.request = () => new Promise((resolve) => (answer = resolve));
  kiosk.desk.showRequest(false);
  await settled();
  kiosk.desk.change({ comment: "Whole" });
  const sent = kiosk.desk.sendRequest("1234", { en: "Training" });
  await settled();
  kiosk.lock("expired");
  answer(ok(kSaved));
  await sent;
  kiosk.identify("op-1");
  await kiosk.signIn({ badge: "op-1" }, "1234");
  kiosk.desk.showRequest(false);
  expect(kiosk.desk.draft.peek()?.comment).toBe("");
});
