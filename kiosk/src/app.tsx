// Which screen is drawn.

import { KioskContext } from "./components/kiosk_context.ts";
import { Overlays } from "./components/overlays.tsx";
import type { Kiosk } from "./operator/kiosk.ts";
import { Attention } from "./screens/attention/attention.tsx";
import { Attract } from "./screens/attract/attract.tsx";
import { Brief } from "./screens/brief/brief.tsx";
import { Identify } from "./screens/identify/identify.tsx";
import { Question } from "./screens/question/question.tsx";
import { ResultScreen } from "./screens/result/result.tsx";
import { Resume } from "./screens/resume/resume.tsx";
import { Review } from "./screens/review/review.tsx";
import { Sign } from "./screens/sign/sign.tsx";
import { Tracker } from "./screens/tracker/tracker.tsx";
import { MyWork } from "./screens/work/work.tsx";

export function App({ kiosk }: { kiosk: Kiosk }) {
  return (
    <KioskContext.Provider value={kiosk}>
      <CurrentScreen kiosk={kiosk} />
      <Overlays />
    </KioskContext.Provider>
  );
}

function CurrentScreen({ kiosk }: { kiosk: Kiosk }) {
  const screen = kiosk.screen.value;
  const sitting = kiosk.sitting.value;
  switch (screen.name) {
    case "attract":
      return <Attract />;
    case "identify":
      return <Identify badge={screen.badge} locked={screen.locked} />;
    case "work":
      return <MyWork />;
    case "brief":
      return <Brief assignment={screen.assignment} />;
    case "resume":
      return <Resume attempt={screen.attempt} />;
    case "question":
      return sitting === null ? null : <Question sitting={sitting} />;
    case "review":
      return sitting === null ? null : <Review sitting={sitting} />;
    case "sign":
      return sitting === null ? null : (
        <Sign sitting={sitting} time_up={screen.time_up} again={screen.again ?? false} />
      );
    case "result":
      return <ResultScreen title={screen.title} result={screen.result} />;
    case "tracker":
      return <Tracker {...screen} />;
    case "attention":
      return <Attention next={screen.next} />;
  }
}
